"""Active alerts, from the ALERTS metric that Prometheus writes while it evaluates its rules."""

import asyncio

from apps.console.metrics import Metrics
from apps.console.models import Alert, Alerts, AlertState
from apps.console.promql import Key

SEVERITIES = ("critical", "warning", "info")
"""Gravest first; any other severity comes after these."""

UNNAMED = "(unnamed)"
"""What an alert or a plane is called whose labels hold no name."""

_OWN_FIELDS = frozenset({"__name__", "alertname", "severity", "alertstate", "environment", "data_plane_id"})


async def active_alerts(metrics: Metrics) -> list[Alert]:
    """Return every pending or firing alert: firing first, then by severity, name and plane."""
    states, since = await asyncio.gather(
        metrics.instant('ALERTS{alertstate=~"pending|firing"}'), metrics.instant("ALERTS_FOR_STATE")
    )
    started = {_identity(sample.metric): sample.value[1] for sample in since}
    # By its labels each alert is there once.
    labels = {frozenset(sample.metric.items()): sample.metric for sample in states}.values()
    alerts = [_alert(each, _past(started.get(_identity(each)), metrics.moment)) for each in labels if _is_active(each)]
    return sorted(alerts, key=_gravity)


def is_of(alert: Alert, key: Key) -> bool:
    """Return whether it is a plane's: a rule may have kept the plane's id and not its environment."""
    environment, plane = key
    return alert.data_plane_id == plane and alert.environment in (None, environment)


async def list_alerts(metrics: Metrics) -> Alerts:
    """Return the active alerts as the API answers them."""
    return Alerts(alerts=await active_alerts(metrics))


def _identity(labels: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in labels.items() if name not in ("__name__", "alertstate"))


def _is_active(labels: dict[str, str]) -> bool:
    return labels.get("alertstate") in set(AlertState)


def _past(moment: float | None, now: float) -> float | None:
    return moment if moment is not None and 0 <= moment <= now else None


def _alert(labels: dict[str, str], since: float | None) -> Alert:
    return Alert(
        name=labels.get("alertname", UNNAMED),
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
