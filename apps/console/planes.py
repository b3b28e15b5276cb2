"""Data planes: which exist and how each is, from Prometheus alone, so that a new plane needs no restart here."""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus

from apps.console import promql
from apps.console.alerts import active_alerts, is_of
from apps.console.expected import expectations, workload_of
from apps.console.figures import Figure, Reading, distinct, key_of, read, unnamed
from apps.console.metrics import Metrics
from apps.console.models import AlertState, Plane, Planes, State
from apps.console.problems import ProblemError
from apps.console.promql import Key, Scope
from apps.console.ranges import View, rate_window
from apps.console.state import JUDGED_SECONDS, Expected, Signs, assess

SHOWN = (
    Figure(name="request rate"),
    Figure(name="p50 latency", of_requests=True),
    Figure(name="p95 latency", of_requests=True),
    Figure(name="error ratio", most=1, of_requests=True),
    Figure(name="active requests"),
)
JUDGED = (
    Figure(name="number of requests"),
    Figure(name="error ratio", most=1, of_requests=True),
    Figure(name="p95 latency", of_requests=True),
)
"""What the state is read from: over a longer time."""
COLLECTORS = Figure(name="number of collectors")


async def discover(metrics: Metrics) -> list[Key]:
    """Return the planes that are known without asking, expected, or seen within the discovery window, in order."""
    targets, expected = await asyncio.gather(metrics.instant(promql.targets_up()), expectations(metrics))
    return sorted({*metrics.planes, *expected.planes, *map(key_of, targets)})


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
    answers, alerts, silent, expects = await asyncio.gather(
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
            promql.collectors_up(),
            promql.pods_ready(),
        ),
        active_alerts(metrics),
        metrics.silent(),
        expectations(metrics),
    )
    targets, ages, reporting, *vectors, collectors, pods = answers
    readings = [read(figure, vector) for figure, vector in zip((*SHOWN, *JUDGED), vectors, strict=True)]
    rate, p50, p95, errors, active, *judged = readings
    requests, judged_errors, judged_p95 = judged
    failing = any(target.value[1] == 0 for target in targets)
    scrape_errors = await metrics.scrape_errors() if failing else {}
    sending = {key_of(sample) for sample in reporting}
    current, expected = read(COLLECTORS, collectors).values, expects.planes
    planes = []
    for key in sorted({*metrics.planes, *expected, *map(key_of, targets)}):
        up = [target.value[1] for target in targets if key_of(target) == key]
        seen = [age.value[1] for age in ages if key_of(age) == key]
        signs = Signs(
            expected=expected.get(key, Expected()),
            current=int(current.get(key, 0)),
            ready={workload_of(pod): int(pod.value[1] or 0) for pod in pods if key_of(pod) == key},
            up=sum(value == 1 for value in up),
            targets=len(up),
            scrape_error=scrape_errors.get(key),
            age=min((age for age in seen if age is not None and age >= 0), default=None),
            reporting=key in sending,
            requests=requests.values.get(key),
            error_ratio=judged_errors.values.get(key),
            p95=judged_p95.values.get(key),
            alerts=tuple(alert for alert in alerts if is_of(alert, key) and alert.state is AlertState.FIRING),
            odd=next(iter(_oddities(key, judged)), None),
        )
        state, reason = assess(signs, up_interval)
        if key in silent:
            state, reason = State.UNKNOWN, f"its metrics store does not answer: {silent[key]}"
        elif state is State.UNKNOWN and expected and key not in {*expected, *metrics.planes}:
            # The stack has it no longer, and that is all that is left of it.
            continue
        planes.append(
            Plane(
                id=key[1],
                environment=key[0],
                state=state,
                reason=reason,
                request_rate=rate.values.get(key),
                p50=p50.values.get(key),
                p95=p95.values.get(key),
                error_ratio=errors.values.get(key),
                active_requests=active.values.get(key),
                last_scrape_age=signs.age,
                oddities=_oddities(key, readings),
            )
        )
    return Planes(planes=planes, window_seconds=window)


def _oddities(key: Key, readings: Iterable[Reading]) -> list[str]:
    """Describe the values of a plane that cannot be shown, each kind once."""
    return distinct([unnamed(key), *(reading.oddities.get(key) for reading in readings)])
