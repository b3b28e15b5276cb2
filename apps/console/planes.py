"""Data planes: which exist and how each is, from Prometheus alone, so that a new plane needs no restart here."""

import asyncio
from http import HTTPStatus

from apps.console import promql
from apps.console.alerts import active_alerts
from apps.console.metrics import Metrics
from apps.console.models import AlertState, Plane, Planes, State
from apps.console.problems import ProblemError
from apps.console.prometheus import Line, Sample
from apps.console.promql import Key, Scope
from apps.console.ranges import View, rate_window
from apps.console.state import JUDGED_SECONDS, Signs, assess


def key_of(sample: Sample | Line) -> Key:
    """Return whose it is."""
    return sample.metric.get("environment", ""), sample.metric.get("data_plane_id", "")


def by_plane(samples: list[Sample]) -> dict[Key, float | None]:
    """Return the value per plane of a vector that has one element per plane."""
    return {key_of(sample): sample.value[1] for sample in samples}


async def discover(metrics: Metrics) -> list[Key]:
    """Return the planes that are known without asking, and those seen within the discovery window, in order."""
    targets = await metrics.instant(promql.targets_up())
    return sorted({*metrics.planes, *(key_of(target) for target in targets)})


async def resolve(metrics: Metrics, view: View) -> Scope:
    """Return the planes that `view` covers; an environment or plane that nobody has raises a 404 problem."""
    known = await discover(metrics)
    environments = ["all", *sorted({environment for environment, _ in known})]
    if view.environment not in environments:
        detail = "environment not found"
        raise ProblemError(HTTPStatus.NOT_FOUND, detail, parameter="environment", allowed=environments)
    ids = sorted({plane_id for environment, plane_id in known if view.environment in ("all", environment)})
    if view.plane is not None and view.plane not in ids:
        detail = "data plane not found"
        raise ProblemError(HTTPStatus.NOT_FOUND, detail, parameter="plane", allowed=ids)
    return Scope(environment=None if view.environment == "all" else view.environment, plane=view.plane)


async def list_planes(metrics: Metrics, scrape_interval: int, up_interval: int) -> Planes:
    """Return every plane with its state and key figures over the last rate window.

    `up_interval` is the seconds between two samples of `up`.
    """
    window, everywhere = rate_window(scrape_interval, 0), Scope()
    answers, alerts, silent = await asyncio.gather(
        metrics.instants(
            promql.targets_up(),
            f"time() - {promql.targets_scraped_at()}",
            promql.planes_reporting(),
            promql.request_rate(everywhere, window),
            promql.latency(0.5, everywhere, window),
            promql.latency(0.95, everywhere, window),
            promql.error_ratio(everywhere, window),
            promql.active_requests(everywhere, window),
            promql.requests(everywhere, JUDGED_SECONDS),
            promql.error_ratio(everywhere, JUDGED_SECONDS),
            promql.latency(0.95, everywhere, JUDGED_SECONDS),
        ),
        active_alerts(metrics),
        metrics.silent(),
    )
    targets, ages = answers[0], answers[1]
    reporting, rate, p50, p95, errors, active, judged_requests, judged_errors, judged_p95 = map(by_plane, answers[2:])
    planes = []
    for key in sorted({*metrics.planes, *(key_of(target) for target in targets)}):
        up = [target.value[1] for target in targets if key_of(target) == key]
        seen = [age.value[1] for age in ages if key_of(age) == key and age.value[1] is not None]
        signs = Signs(
            up=sum(value == 1 for value in up),
            targets=len(up),
            age=min((age for age in seen if age is not None), default=None),
            reporting=key in reporting,
            requests=judged_requests.get(key),
            error_ratio=judged_errors.get(key),
            p95=judged_p95.get(key),
            alerts=tuple(
                alert
                for alert in alerts
                if (alert.environment, alert.data_plane_id) == key and alert.state is AlertState.FIRING
            ),
        )
        state, reason = assess(signs, up_interval)
        if key in silent:
            state, reason = State.UNKNOWN, f"its metrics store does not answer: {silent[key]}"
        planes.append(
            Plane(
                id=key[1],
                environment=key[0],
                state=state,
                reason=reason,
                request_rate=rate.get(key),
                p50=p50.get(key),
                p95=p95.get(key),
                error_ratio=errors.get(key),
                active_requests=active.get(key),
                last_scrape_age=signs.age,
            )
        )
    return Planes(planes=planes, window_seconds=window)
