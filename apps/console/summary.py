"""Figures over a whole range: for everything asked for together, and for each plane."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.console import promql
from apps.console.histogram import quantile
from apps.console.metrics import Metrics
from apps.console.models import PlaneFigures, Summary
from apps.console.planes import discover, key_of, resolve
from apps.console.prometheus import Line, Sample
from apps.console.promql import Key
from apps.console.ranges import Grid, View, rate_window


@dataclass
class _Tally:
    """What was counted: requests, failed ones (None: nothing known), and the latency histogram by upper bound."""

    requests: float | None = None
    failed: float = 0.0
    buckets: defaultdict[float, float] = field(default_factory=lambda: defaultdict(float))

    def count(self, status: str, requests: float) -> None:
        self.requests = (self.requests or 0) + requests
        self.failed += requests if status.startswith("5") else 0

    def add(self, other: "_Tally") -> None:
        if other.requests is not None:
            self.requests = (self.requests or 0) + other.requests
        self.failed += other.failed
        for bound, count in other.buckets.items():
            self.buckets[bound] += count

    @property
    def error_ratio(self) -> float | None:
        return self.failed / self.requests if self.requests else None


def _tallies(counts: Iterable[Sample], buckets: Iterable[Sample]) -> dict[Key, _Tally]:
    tallies: defaultdict[Key, _Tally] = defaultdict(_Tally)
    for sample in counts:
        tallies[key_of(sample)].count(sample.metric.get(promql.STATUS, ""), sample.value[1] or 0)
    for sample in buckets:
        tallies[key_of(sample)].buckets[float(sample.metric["le"])] += sample.value[1] or 0
    return tallies


def _means(lines: list[Line]) -> tuple[float | None, dict[Key, float]]:
    """Return the mean of all lines together and of each, over the moments at which there was a value."""
    total: defaultdict[float, float] = defaultdict(float)
    means = {}
    for line in lines:
        drawn = {at: value for at, value in line.values if value is not None}
        for at, value in drawn.items():
            total[at] += value
        if drawn:
            means[key_of(line)] = sum(drawn.values()) / len(drawn)
    return (sum(total.values()) / len(total) if total else None), means


async def summarise(metrics: Metrics, view: View, scrape_interval: int) -> Summary:
    """Return the summary; an unknown environment or plane raises a 404 problem."""
    scope, span = await resolve(metrics, view), view.range
    asked, grid = metrics.within(scope), Grid.ending(metrics.moment, span)
    known, (counts, buckets), lines = await asyncio.gather(
        discover(asked),
        asked.instants(
            promql.requests(scope, span.seconds, f"{promql.IDENTITY}, {promql.STATUS}"),
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
    tallies, (mean, rates), together = _tallies(counts, buckets), _means(lines), _Tally()
    for tally in tallies.values():
        together.add(tally)
    found = sorted(key for key in {*known, *rates, *tallies} if scope.covers(key))
    return Summary(
        environment=view.environment,
        plane=view.plane,
        range=span,
        request_rate=mean,
        p50=quantile(0.5, together.buckets),
        p95=quantile(0.95, together.buckets),
        error_ratio=together.error_ratio,
        requests=together.requests,
        planes=[_figures(key, tallies.get(key, _Tally()), rates.get(key)) for key in found],
    )


def _figures(key: Key, tally: _Tally, rate: float | None) -> PlaneFigures:
    return PlaneFigures(
        id=key[1],
        environment=key[0],
        request_rate=rate,
        p50=quantile(0.5, tally.buckets),
        p95=quantile(0.95, tally.buckets),
        error_ratio=tally.error_ratio,
        requests=tally.requests,
    )
