"""Figures over a whole range: for everything asked for together, and for each plane."""

import asyncio

from apps.console import promql
from apps.console.models import PlaneFigures, Summary
from apps.console.planes import by_plane, discover, resolve
from apps.console.prometheus import Prometheus
from apps.console.promql import Scope
from apps.console.ranges import Range, View, rate_window


def _expressions(scope: Scope, span: Range, scrape_interval: int, grouping: str) -> list[str]:
    window = rate_window(scrape_interval, span.step)
    return [
        # The mean of the drawn rate, so that the time before a plane existed does not dilute it.
        promql.average(promql.request_rate(scope, window, grouping), span.seconds, span.step),
        promql.latency(0.5, scope, span.seconds, grouping),
        promql.latency(0.95, scope, span.seconds, grouping),
        promql.error_ratio(scope, span.seconds, grouping),
        promql.requests(scope, span.seconds, grouping),
    ]


async def summarise(prometheus: Prometheus, view: View, scrape_interval: int) -> Summary:
    """Return the summary; an unknown environment or plane raises a 404 problem."""
    scope = await resolve(prometheus, view)
    together = _expressions(scope, view.range, scrape_interval, "")
    each = _expressions(scope, view.range, scrape_interval, promql.IDENTITY)
    known, answers = await asyncio.gather(discover(prometheus), prometheus.instants(*together, *each))
    totals = [next((sample.value[1] for sample in answer), None) for answer in answers[: len(together)]]
    rate, p50, p95, errors, requests = (by_plane(answer) for answer in answers[len(together) :])
    keys = sorted(
        key
        for key in {*known, *rate, *requests}
        if scope.environment in (None, key[0]) and scope.plane in (None, key[1])
    )
    return Summary(
        environment=view.environment,
        plane=view.plane,
        range=view.range,
        request_rate=totals[0],
        p50=totals[1],
        p95=totals[2],
        error_ratio=totals[3],
        requests=totals[4],
        planes=[
            PlaneFigures(
                id=key[1],
                environment=key[0],
                request_rate=rate.get(key),
                p50=p50.get(key),
                p95=p95.get(key),
                error_ratio=errors.get(key),
                requests=requests.get(key),
            )
            for key in keys
        ],
    )
