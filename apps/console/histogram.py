"""Quantiles of a classic histogram, computed as Prometheus's histogram_quantile does.

One query for the buckets then gives every quantile, per plane and for all together: over 24 h of 10 s scrapes each such
query reads millions of samples, and four of them took a summary past the two seconds it may take.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from apps.console.answers import Sample, finite
from apps.console.figures import Figure, key_of
from apps.console.promql import Key

Histogram = Mapping[float, float]
"""Cumulative counts or rates by upper bound, of which the last one is infinite."""

_BUCKET = Figure(name="a latency bucket")


def quantile(share: float, buckets: Histogram) -> float | None:
    """Return the value that `share` (0 to 1) of the observations reach at most; None without observations.

    Within a bucket values are taken as evenly spread; of the infinite one only its lower bound is known.
    """
    bounds = sorted(buckets)
    if len(bounds) < 2 or not math.isinf(bounds[-1]):  # noqa: PLR2004 - an infinite and a finite bound
        return None
    counts = _rising([buckets[bound] for bound in bounds])
    if not 0 < counts[-1] < math.inf:
        return None
    rank = share * counts[-1]
    index = next(position for position, count in enumerate(counts) if count >= rank)
    if index == len(bounds) - 1:
        return bounds[-2]
    if index == 0 and bounds[0] <= 0:
        return bounds[0]
    start, below = (bounds[index - 1], counts[index - 1]) if index else (0.0, 0.0)
    within = counts[index] - below
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
    return {key: histogram for key, histogram in found.items() if key not in oddities}, oddities


def combined(histograms: Iterable[Histogram]) -> Histogram:
    """Return the histogram of all observations together, of planes whose buckets may have different bounds."""
    each = list(histograms)
    bounds = {bound for histogram in each for bound in histogram}
    counts = [_counts(histogram, bounds) for histogram in each]
    return {bound: sum(count[bound] for count in counts) for bound in bounds}


def _counts(histogram: Histogram, wanted: set[float]) -> Histogram:
    """Return the counts at other bounds too, with the values of a bucket evenly spread in it."""
    if wanted == histogram.keys():
        return histogram
    bounds = sorted(histogram)
    return {bound: _count(histogram, bounds, bound) for bound in wanted}


def _count(histogram: Histogram, bounds: list[float], wanted: float) -> float:
    index = bisect_left(bounds, wanted)
    bound = bounds[index]
    if bound == wanted:
        return histogram[bound]
    start, below = (bounds[index - 1], histogram[bounds[index - 1]]) if index else (min(0.0, bound), 0.0)
    if math.isinf(bound) or wanted <= start:
        return below
    return below + (histogram[bound] - below) * (wanted - start) / (bound - start)


def _bound(text: str | None) -> float | None:
    try:
        bound = float(text or "")
    except ValueError:
        return None
    return bound if bound > -math.inf else None


def _rising(counts: list[float]) -> list[float]:
    """Return the counts without falls: sums of rates can differ in the last digits."""
    highest = 0.0
    return [highest := max(highest, count) for count in counts]
