"""Figures over a whole range: for everything asked for together, and for each plane."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from apps.console import promql
from apps.console.answers import Sample, finite
from apps.console.figures import Course, Figure, Reading, courses, distinct, read, unnamed
from apps.console.histogram import Histogram, of_planes, quantile
from apps.console.metrics import Metrics
from apps.console.models import PlaneFigures, Summary
from apps.console.planes import discover, resolve
from apps.console.promql import Key
from apps.console.ranges import Grid, View, rate_window

RATE = Figure(name="request rate")
REQUESTS = Figure(name="number of requests")
FAILED = Figure(name="number of failed requests")


@dataclass(frozen=True, kw_only=True)
class _Tally:
    """What was counted of a plane (None: not known), and what could not be counted."""

    requests: float | None = None
    failed: float | None = None
    latency: Histogram = field(default_factory=dict)
    oddities: tuple[str, ...] = ()


def _tallies(counts: list[Sample], failures: list[Sample], buckets: list[Sample]) -> dict[Key, _Tally]:
    requests, failed = read(REQUESTS, counts), read(FAILED, failures)
    histograms, spoilt = of_planes(buckets)
    keys = {*requests.values, *requests.oddities, *failed.values, *failed.oddities, *histograms, *spoilt}
    return {key: _tally(key, requests, failed, histograms.get(key, {}), spoilt.get(key)) for key in keys}


def _tally(key: Key, requests: Reading, failed: Reading, latency: Histogram, spoilt: str | None) -> _Tally:
    every, some, odd = requests.values.get(key), failed.values.get(key), failed.oddities.get(key)
    if every is not None and some is not None:
        odd = Figure(name=FAILED.name, most=every).oddity(some, None)
    elif every is not None and odd is None:
        # Without a series of failures none failed.
        some = 0.0
    return _Tally(
        requests=every,
        failed=None if odd else some,
        latency=latency,
        oddities=tuple(each for each in (requests.oddities.get(key), odd, spoilt) if each is not None),
    )


def _error_ratio(tallies: Collection[_Tally]) -> float | None:
    judged = [(each.failed, each.requests) for each in tallies if each.failed is not None and each.requests is not None]
    requests = finite(sum(every for _, every in judged))
    return min(1.0, sum(some for some, _ in judged) / requests) if requests else None


def _means(lines: Mapping[Key, Course]) -> tuple[float | None, dict[Key, float]]:
    """Return the mean of all lines together and of each, over the moments at which there was a value."""
    total: defaultdict[float, float] = defaultdict(float)
    means = {}
    for key, line in lines.items():
        for at, value in line.values.items():
            total[at] += value
        if line.values and (mean := finite(sum(line.values.values()) / len(line.values))) is not None:
            means[key] = mean
    return (finite(sum(total.values()) / len(total)) if total else None), means


async def summarise(metrics: Metrics, view: View, scrape_interval: int) -> Summary:
    """Return the summary; an unknown environment or plane raises a 404 problem."""
    scope, span = await resolve(metrics, view), view.range
    asked, grid = metrics.within(scope), Grid.ending(metrics.moment, span)
    known, (counts, failures, buckets), matrix = await asyncio.gather(
        discover(asked),
        asked.instants(
            promql.requests(scope, span.seconds),
            promql.failed_requests(scope, span.seconds),
            promql.buckets(scope, span.seconds, promql.IDENTITY),
        ),
        # The mean of the drawn rate, so that the time before a plane existed does not dilute it.
        asked.range(
            promql.request_rate(scope, rate_window(scrape_interval, span.step)),
            start=grid.start,
            end=grid.end,
            step=grid.step,
        ),
    )
    tallies, lines = _tallies(counts, failures, buckets), courses(RATE, matrix)
    mean, rates = _means(lines)
    # A plane whose figures cannot be told has its share in none: it says so itself.
    covered = {key: tally for key, tally in tallies.items() if scope.covers(key)}
    counted = [tally.requests for tally in covered.values() if tally.requests is not None]
    latency = [tally.latency for tally in covered.values() if tally.latency]
    return Summary(
        environment=view.environment,
        plane=view.plane,
        range=span,
        request_rate=mean,
        p50=quantile(0.5, *latency),
        p95=quantile(0.95, *latency),
        error_ratio=_error_ratio(covered.values()),
        requests=finite(sum(counted)) if counted else None,
        planes=[
            _figures(key, tallies.get(key, _Tally()), rates.get(key), lines.get(key))
            for key in sorted(key for key in {*known, *lines, *tallies} if scope.covers(key))
        ],
    )


def _figures(key: Key, tally: _Tally, rate: float | None, line: Course | None) -> PlaneFigures:
    told = [*tally.oddities, *(line.oddities if line else ())]
    return PlaneFigures(
        id=key[1],
        environment=key[0],
        request_rate=rate,
        p50=quantile(0.5, tally.latency),
        p95=quantile(0.95, tally.latency),
        error_ratio=_error_ratio([tally]),
        requests=tally.requests,
        oddities=distinct([unnamed(key), *told]),
    )
