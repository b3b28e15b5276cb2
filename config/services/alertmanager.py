"""Alertmanager of the control plane, with its one webhook."""

from dataclasses import dataclass, field

from config.services.alert_routing import Receivers, Timing, inhibit_rules, route
from config.text import to_yaml

_GOSSIP = "0.0.0.0:9094"


@dataclass(frozen=True, kw_only=True)
class AlertmanagerConfig:
    """Routing of alerts. ``webhook_url_file`` is the path of a file that holds the webhook's URL (a secret).

    Without it, alerts are grouped, inhibited and shown, but sent nowhere.
    """

    webhook_url_file: str | None = None
    timing: Timing = field(default_factory=Timing)


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
    receiver: dict[str, object] = {"name": (name := "nobody")}
    if config.webhook_url_file is not None:
        webhook = {"url_file": config.webhook_url_file, "send_resolved": True}
        receiver = {"name": (name := "webhook"), "webhook_configs": [webhook]}
    return to_yaml(
        {
            "global": {"resolve_timeout": "5m"},
            "route": route(config.timing, Receivers(default=name)),
            "inhibit_rules": inhibit_rules(),
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
