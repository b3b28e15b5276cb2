"""Health of the system as a whole; it says so itself when the metrics store is out of reach."""

import asyncio
from collections import Counter

from apps.console.alerts import UNNAMED, active_alerts
from apps.console.answers import Sample
from apps.console.metrics import Metrics
from apps.console.models import AlertState, Health, JobHealth, Plane, PrometheusHealth, State, StateCounts
from apps.console.planes import list_planes
from apps.console.problems import ProblemError
from apps.console.settings import Settings

_PLANES_JOBS = ("otel-collector", "data-plane")
_NAMED = 4


async def system_health(metrics: Metrics, settings: Settings) -> Health:
    """Return the health of everything Prometheus knows of; an unreachable Prometheus is an answer, not an error."""
    try:
        jobs, planes, alerts, silent = await asyncio.gather(
            _jobs(metrics, (*settings.control_plane_jobs, *_PLANES_JOBS)),
            list_planes(metrics, settings.scrape_interval_seconds, settings.up_interval),
            active_alerts(metrics),
            metrics.silent(),
        )
    except ProblemError as error:
        return _health(settings, PrometheusHealth(reachable=False, detail=error.detail), [], [], Counter())
    firing = Counter(alert.severity for alert in alerts if alert.state is AlertState.FIRING)
    missing = "; ".join(f"data plane {plane}: {detail}" for (_, plane), detail in sorted(silent.items()))
    return _health(settings, PrometheusHealth(reachable=True, detail=missing or None), jobs, planes.planes, firing)


def _health(
    settings: Settings, store: PrometheusHealth, jobs: list[JobHealth], planes: list[Plane], firing: Counter[str]
) -> Health:
    state, reason = _overall(store, jobs, planes, firing)
    counts = Counter(plane.state for plane in planes)
    return Health(
        state=state,
        reason=reason,
        release=settings.release,
        platform=settings.platform,
        stack=settings.stack,
        prometheus=store,
        jobs=jobs,
        planes=StateCounts(**{each.value: counts[each] for each in State}),
        alerts=dict(sorted(firing.items())),
    )


def _overall(
    store: PrometheusHealth, jobs: list[JobHealth], planes: list[Plane], firing: Counter[str]
) -> tuple[State, str | None]:
    if not store.reachable:
        return State.DOWN, "the metrics store does not answer"
    for state in (State.DOWN, State.DEGRADED, State.UNKNOWN):
        named = [plane.id or UNNAMED for plane in planes if plane.state is state]
        if named:
            overall = State.DOWN if state is State.DOWN else State.DEGRADED
            return overall, f"{enumerated(named)} {state.value}"
    for job in jobs:
        if job.state in (State.DOWN, State.DEGRADED):
            return State.DEGRADED, f"only {job.up} of {job.total} targets of {job.job} are up"
    if firing:
        return State.DEGRADED, f"{firing.total()} alert{'s' if firing.total() > 1 else ''} firing"
    if not planes:
        return State.UNKNOWN, "no data plane has been seen yet"
    return State.UP, None


def enumerated(planes: list[str]) -> str:
    """Name planes, or the first of many, for a sentence that goes on with what they are."""
    if len(planes) == 1:
        return f"data plane {planes[0]} is"
    more = len(planes) - _NAMED
    if more <= 1:
        return f"data planes {', '.join(planes[:-1])} and {planes[-1]} are"
    return f"data planes {', '.join(planes[:_NAMED])} and {more} more are"


async def _jobs(metrics: Metrics, wanted: tuple[str, ...]) -> list[JobHealth]:
    up, total = await metrics.instants("count by (job) (up == 1)", "count by (job) (up)")
    ups, totals = _by_job(up), _by_job(total)
    return [_job(job, ups[job], totals[job]) for job in wanted]


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
