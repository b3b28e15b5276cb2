"""Routes, repeat intervals and inhibitions of alerts: the same wherever Alertmanager runs."""

from dataclasses import dataclass

from config.text import seconds


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When notifications are sent and sent again, in seconds."""

    group_wait_s: int = 10
    group_interval_s: int = 60
    repeat_critical_s: int = 3600
    repeat_warning_s: int = 43200


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """Names of receivers. Alerts of a severity without one, or with another severity, go to ``default``."""

    default: str
    critical: str | None = None
    warning: str | None = None


def route(timing: Timing, receivers: Receivers) -> dict[str, object]:
    """Return Alertmanager's ``route``."""
    return {
        "receiver": receivers.default,
        # One notification per alert and plane: planes belong to different people.
        "group_by": ["alertname", "environment", "data_plane_id"],
        "group_wait": seconds(timing.group_wait_s),
        "group_interval": seconds(timing.group_interval_s),
        "repeat_interval": seconds(timing.repeat_warning_s),
        "routes": [
            {
                **_receiver(receivers.critical),
                "matchers": ['severity="critical"'],
                # A dead plane is notified at once; 1 s still groups the alerts of one evaluation.
                "group_wait": "1s",
                "repeat_interval": seconds(timing.repeat_critical_s),
            },
            {
                **_receiver(receivers.warning),
                "matchers": ['severity="warning"'],
                "repeat_interval": seconds(timing.repeat_warning_s),
            },
        ],
    }


def inhibit_rules() -> list[dict[str, object]]:
    """Return Alertmanager's ``inhibit_rules``: a critical alert silences the warnings of its own plane."""
    return [
        {
            # Without the second matcher two alerts that both lack a plane would count as the same plane.
            "source_matchers": ['severity="critical"', 'data_plane_id!=""'],
            "target_matchers": ['severity="warning"', 'data_plane_id!=""'],
            "equal": ["environment", "data_plane_id"],
        }
    ]


def _receiver(name: str | None) -> dict[str, object]:
    return {"receiver": name} if name else {}
