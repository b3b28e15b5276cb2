"""Active alerts, from the ALERTS metric that Prometheus writes while it evaluates its rules."""

import asyncio

from apps.console.metrics import Metrics
from apps.console.models import Alert, Alerts, AlertState

SEVERITIES = ("critical", "warning", "info")
"""Gravest first; any other severity comes after these."""

_OWN_FIELDS = frozenset({"__name__", "alertname", "severity", "alertstate", "environment", "data_plane_id"})


async def active_alerts(metrics: Metrics) -> list[Alert]:
    """Return every pending or firing alert: firing first, then by severity, name and plane."""
    states, since = await asyncio.gather(
        metrics.instant('ALERTS{alertstate=~"pending|firing"}'), metrics.instant("ALERTS_FOR_STATE")
    )
    started = {_identity(sample.metric): sample.value[1] for sample in since}
    alerts = [_alert(sample.metric, started.get(_identity(sample.metric))) for sample in states]
    return sorted(alerts, key=_gravity)


async def list_alerts(metrics: Metrics) -> Alerts:
    """Return the active alerts as the API answers them."""
    return Alerts(alerts=await active_alerts(metrics))


def _identity(labels: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in labels.items() if name not in ("__name__", "alertstate"))


def _alert(labels: dict[str, str], since: float | None) -> Alert:
    return Alert(
        name=labels.get("alertname", ""),
        severity=labels.get("severity", "none"),
        state=AlertState(labels["alertstate"]),
        environment=labels.get("environment"),
        data_plane_id=labels.get("data_plane_id"),
        active_since=since,
        labels={name: value for name, value in sorted(labels.items()) if name not in _OWN_FIELDS},
    )


def _gravity(alert: Alert) -> tuple[bool, int, str, str, str]:
    severity = SEVERITIES.index(alert.severity) if alert.severity in SEVERITIES else len(SEVERITIES)
    plane = (alert.environment or "", alert.data_plane_id or "")
    return (alert.state is AlertState.PENDING, severity, alert.name, *plane)
