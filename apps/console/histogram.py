"""Quantiles of a classic histogram, computed as Prometheus's histogram_quantile does.

One query for the buckets then gives every quantile, per plane and for all together: over 24 h of 10 s scrapes each such
query reads millions of samples, and four of them took a summary past the two seconds it may take.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from apps.console.answers import Sample, finite
from apps.console.figures import Figure, key_of
from apps.console.promql import Key

Histogram = Mapping[float, float]
"""Cumulative counts or rates by upper bound, of which the last one is infinite."""

MOST_BOUNDS = 1000
"""As many as four sorts of histogram in a plane, of which its collector takes 256 buckets each."""

_BUCKET = Figure(name="a latency bucket")


def quantile(share: float, *histograms: Histogram) -> float | None:
    """Return the value that `share` (0 to 1) of all their observations reach at most; None without observations.

    Within a bucket values are taken as evenly spread; of the infinite one only its lower bound is known. Each histogram
    may have bounds of its own.
    """
    each = [_Rising.of(histogram) for histogram in histograms]
    bounds = sorted({bound for histogram in each for bound in histogram.bounds})
    if len(bounds) < 2 or not math.isinf(bounds[-1]):  # noqa: PLR2004 - an infinite and a finite bound
        return None

    def count(bound: float) -> float:
        return sum(histogram.count(bound) for histogram in each)

    total = count(math.inf)
    if not 0 < total < math.inf:
        return None
    rank = share * total
    # Counts are asked for at few of the bounds: planes of which each has its own would have far too many.
    index = min(bisect_left(bounds, rank, key=count), len(bounds) - 1)
    if index == len(bounds) - 1:
        return bounds[-2]
    if index == 0 and bounds[0] <= 0:
        return bounds[0]
    start, below = (bounds[index - 1], count(bounds[index - 1])) if index else (0.0, 0.0)
    within = count(bounds[index]) - below
    if not within:  # a share of 0, and nothing in the first bucket
        return None
    return finite(start + (bounds[index] - start) * (rank - below) / within)


def of_planes(buckets: Iterable[Sample]) -> tuple[dict[Key, Histogram], dict[Key, str]]:
    """Return the histogram of each plane, and by plane what keeps buckets from being one."""
    found: defaultdict[Key, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    oddities: dict[Key, str] = {}
    for sample in buckets:
        key, value, bound = key_of(sample), sample.value[1], _bound(sample.metric.get("le"))
        oddity = _BUCKET.oddity(value, sample.odd)
        if bound is None:
            oddity = f"{_BUCKET.name} must have a bound in le (got {sample.metric.get('le', 'none')})"
        if oddity is not None:
            oddities.setdefault(key, oddity)
        elif value is not None and bound is not None:
            found[key][bound] += value
    for key, histogram in found.items():
        if math.inf not in histogram:
            oddities.setdefault(key, f"{_BUCKET.name} must have the bound +Inf (got none)")
        if len(histogram) > MOST_BOUNDS:
            oddities.setdefault(key, f"the latency buckets must have ≤ {MOST_BOUNDS} bounds (got {len(histogram)})")
    return {key: histogram for key, histogram in found.items() if key not in oddities}, oddities


@dataclass(frozen=True, kw_only=True)
class _Rising:
    """A histogram whose counts never fall: sums of rates can differ in the last digits."""

    bounds: Sequence[float]
    counts: Sequence[float]

    @classmethod
    def of(cls, histogram: Histogram) -> Self:
        bounds = sorted(histogram)
        highest = 0.0
        return cls(bounds=bounds, counts=[highest := max(highest, histogram[bound]) for bound in bounds])

    def count(self, wanted: float) -> float:
        """Return the count at any bound, with the values of a bucket evenly spread in it."""
        index = bisect_left(self.bounds, wanted)
        if index == len(self.bounds):
            return self.counts[-1] if self.counts else 0.0
        bound = self.bounds[index]
        if bound == wanted:
            return self.counts[index]
        start, below = (self.bounds[index - 1], self.counts[index - 1]) if index else (min(0.0, bound), 0.0)
        if math.isinf(bound) or wanted <= start:
            return below
        return below + (self.counts[index] - below) * (wanted - start) / (bound - start)


def _bound(text: str | None) -> float | None:
    try:
        bound = float(text or "")
    except ValueError:
        return None
    return bound if bound > -math.inf else None
