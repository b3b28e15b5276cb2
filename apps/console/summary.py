"""Figures over a whole range: for everything asked for together, and for each plane."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.console import promql
from apps.console.histogram import quantile
from apps.console.models import PlaneFigures, Summary
from apps.console.planes import Key, by_plane, discover, key_of, resolve
from apps.console.prometheus import Prometheus, Sample
from apps.console.ranges import View, rate_window


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


async def summarise(prometheus: Prometheus, view: View, scrape_interval: int) -> Summary:
    """Return the summary; an unknown environment or plane raises a 404 problem."""
    scope, span = await resolve(prometheus, view), view.range
    window = rate_window(scrape_interval, span.step)
    known, (counts, buckets, mean, means) = await asyncio.gather(
        discover(prometheus),
        prometheus.instants(
            promql.requests(scope, span.seconds, f"{promql.IDENTITY}, {promql.STATUS}"),
            promql.buckets(scope, span.seconds, promql.IDENTITY),
            # The mean of the drawn rate, so that the time before a plane existed does not dilute it.
            promql.average(promql.request_rate(scope, window, ""), span.seconds, span.step),
            promql.average(promql.request_rate(scope, window), span.seconds, span.step),
        ),
    )
    tallies, rates, together = _tallies(counts, buckets), by_plane(means), _Tally()
    for tally in tallies.values():
        together.add(tally)
    found = sorted(
        key
        for key in {*known, *rates, *tallies}
        if scope.environment in (None, key[0]) and scope.plane in (None, key[1])
    )
    return Summary(
        environment=view.environment,
        plane=view.plane,
        range=span,
        request_rate=next((sample.value[1] for sample in mean), None),
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
