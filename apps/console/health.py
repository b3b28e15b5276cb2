"""Health of the system as a whole; it says so itself when the metrics store is out of reach."""

import asyncio
from collections import Counter

from apps.console import promql
from apps.console.alerts import UNNAMED, active_alerts
from apps.console.answers import Sample
from apps.console.expected import expectations
from apps.console.metrics import Metrics
from apps.console.models import (
    Access,
    Alert,
    AlertState,
    Health,
    JobHealth,
    Plane,
    PrometheusHealth,
    State,
    StateCounts,
)
from apps.console.planes import list_planes
from apps.console.problems import ProblemError
from apps.console.settings import Settings
from apps.console.state import MISSED_SCRAPES

_STORE = "prometheus"
_RECENT_SECONDS = 15
"""A scrape this old still counts where scrapes are very frequent: a busy machine is late by seconds."""
_NAMED = 4


async def system_health(metrics: Metrics, settings: Settings) -> Health:
    """Return the health of everything Prometheus knows of; an unreachable Prometheus is an answer, not an error."""
    try:
        jobs, planes, alerts, silent = await asyncio.gather(
            _jobs(metrics, settings),
            list_planes(metrics, settings.scrape_interval_seconds, settings.up_interval),
            active_alerts(metrics),
            metrics.silent(),
        )
    except ProblemError as error:
        return _health(settings, PrometheusHealth(reachable=False, detail=error.detail), [], [], [])
    firing = [alert for alert in alerts if alert.state is AlertState.FIRING]
    missing = "; ".join(f"data plane {plane}: {detail}" for (_, plane), detail in sorted(silent.items()))
    return _health(settings, PrometheusHealth(reachable=True, detail=missing or None), jobs, planes.planes, firing)


def _health(
    settings: Settings, store: PrometheusHealth, jobs: list[JobHealth], planes: list[Plane], firing: list[Alert]
) -> Health:
    state, reason = _overall(store, jobs, planes, firing)
    counts = Counter(plane.state for plane in planes)
    return Health(
        state=state,
        reason=reason,
        release=settings.release,
        platform=settings.platform,
        stack=settings.stack,
        access=Access(settings.access),
        authentication=settings.authentication,
        prometheus=store,
        jobs=jobs,
        planes=StateCounts(**{each.value: counts[each] for each in State}),
        alerts=dict(sorted(Counter(alert.severity for alert in firing).items())),
    )


def _overall(
    store: PrometheusHealth, jobs: list[JobHealth], planes: list[Plane], firing: list[Alert]
) -> tuple[State, str | None]:
    if not store.reachable:
        return State.DOWN, "the metrics store does not answer"
    for job in jobs:
        if job.job == _STORE and job.state is State.DOWN:
            # So nothing of the planes is known either.
            return State.DOWN, "nothing is stored any more, not even what Prometheus tells of itself"
    for state in (State.DOWN, State.MISSING, State.DEGRADED, State.UNKNOWN):
        named = [plane.id or UNNAMED for plane in planes if plane.state is state]
        if named:
            overall = State.DOWN if state in (State.DOWN, State.MISSING) else State.DEGRADED
            return overall, f"{enumerated(named)} {state.value}"
    if (reason := _degraded(jobs, firing)) is not None:
        return State.DEGRADED, reason
    if not planes:
        return State.UNKNOWN, "no data plane has been seen for five minutes"
    return State.UP, None


def _degraded(jobs: list[JobHealth], firing: list[Alert]) -> str | None:
    for job in jobs:
        if job.state in (State.DOWN, State.DEGRADED):
            return f"only {job.up} of {job.total} targets of {job.job} are up"
    names = sorted({alert.name for alert in firing})
    more = len(names) - _NAMED
    return f"firing: {', '.join(names[:_NAMED])}{f' and {more} more' if more > 0 else ''}" if names else None


def enumerated(planes: list[str]) -> str:
    """Name planes, or the first of many, for a sentence that goes on with what they are."""
    if len(planes) == 1:
        return f"data plane {planes[0]} is"
    more = len(planes) - _NAMED
    if more <= 1:
        return f"data planes {', '.join(planes[:-1])} and {planes[-1]} are"
    return f"data planes {', '.join(planes[:_NAMED])} and {more} more are"


async def _jobs(metrics: Metrics, settings: Settings) -> list[JobHealth]:
    recent = max((MISSED_SCRAPES + 0.5) * settings.up_interval, _RECENT_SECONDS)
    (up, total), expected = await asyncio.gather(
        metrics.instants(promql.jobs_up(recent), "count by (job) (up)"), expectations(metrics)
    )
    ups, totals = _by_job(up), _by_job(total)
    wanted = (*settings.control_plane_jobs, *promql.PLANE_JOBS)
    return [_job(job, ups[job], max(totals[job], expected.targets.get(job, 0))) for job in wanted]


def _by_job(samples: list[Sample]) -> Counter[str]:
    """Add up what one store, or each of several, says of a job."""
    found: Counter[str] = Counter()
    for sample in samples:
        found[sample.metric.get("job", "")] += max(0, int(sample.value[1] or 0))
    return found


def _job(job: str, up: int, total: int) -> JobHealth:
    up = min(up, total)
    if total == 0:
        state = State.UNKNOWN
    elif up == total:
        state = State.UP
    else:
        state = State.DOWN if up == 0 else State.DEGRADED
    return JobHealth(job=job, state=state, up=up, total=total)
