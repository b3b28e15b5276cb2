"""Alertmanager of the control plane: who is told what, how often, and what a graver alert silences."""

from dataclasses import dataclass

from config.services.text import seconds, to_yaml

_GOSSIP = "0.0.0.0:9094"


@dataclass(frozen=True, kw_only=True)
class AlertmanagerConfig:
    """Routing of alerts. ``webhook_url_file`` is the path of a file that holds the webhook's URL (a secret).

    Without it, alerts are grouped, inhibited and shown, but sent nowhere. Intervals are seconds.
    """

    webhook_url_file: str | None = None
    group_wait_s: int = 10
    group_interval_s: int = 60
    repeat_critical_s: int = 3600
    repeat_warning_s: int = 43200


@dataclass(frozen=True, kw_only=True)
class AlertmanagerFlags:
    """Start-up flags; ``peers`` are ``host:port`` of all replicas' gossip, none for a single one."""

    config_file: str
    storage_path: str
    listen_addresses: tuple[str, ...] = ("0.0.0.0:9093",)
    retention_h: int = 120
    peers: tuple[str, ...] = ()


def render(config: AlertmanagerConfig) -> str:
    """Return ``alertmanager.yml``."""
    receiver: dict[str, object] = {"name": "nobody"}
    if config.webhook_url_file is not None:
        webhook = {"url_file": config.webhook_url_file, "send_resolved": True}
        receiver = {"name": "webhook", "webhook_configs": [webhook]}
    return to_yaml(
        {
            "global": {"resolve_timeout": "5m"},
            "route": {
                "receiver": receiver["name"],
                # One notification per alert and plane: planes belong to different people.
                "group_by": ["alertname", "environment", "data_plane_id"],
                "group_wait": seconds(config.group_wait_s),
                "group_interval": seconds(config.group_interval_s),
                "repeat_interval": seconds(config.repeat_warning_s),
                "routes": [
                    {
                        "matchers": ['severity="critical"'],
                        # A dead plane is told at once; 1 s still joins alerts of the same evaluation.
                        "group_wait": "1s",
                        "repeat_interval": seconds(config.repeat_critical_s),
                    },
                    {"matchers": ['severity="warning"'], "repeat_interval": seconds(config.repeat_warning_s)},
                ],
            },
            "inhibit_rules": [
                {
                    # Without the second matcher two alerts that both lack a plane would count as the same plane.
                    "source_matchers": ['severity="critical"', 'data_plane_id!=""'],
                    "target_matchers": ['severity="warning"', 'data_plane_id!=""'],
                    "equal": ["environment", "data_plane_id"],
                }
            ],
            "receivers": [receiver],
        }
    )


def command_line(flags: AlertmanagerFlags) -> tuple[str, ...]:
    """Return the arguments after the program name; gossip is off where there is one replica."""
    return (
        f"--config.file={flags.config_file}",
        f"--storage.path={flags.storage_path}",
        f"--data.retention={flags.retention_h}h",
        f"--cluster.listen-address={_GOSSIP if flags.peers else ''}",
        *(f"--cluster.peer={peer}" for peer in sorted(flags.peers)),
        *(f"--web.listen-address={address}" for address in flags.listen_addresses),
    )
