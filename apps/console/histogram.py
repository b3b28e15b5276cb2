"""Quantiles of a classic histogram, computed as Prometheus's histogram_quantile does.

One query for the buckets then gives every quantile, per plane and for all together: over 24 h of 10 s scrapes each such
query reads millions of samples, and four of them took a summary past the two seconds it may take.
"""

import math
from collections.abc import Mapping


def quantile(share: float, buckets: Mapping[float, float]) -> float | None:
    """Return the value that `share` (0 to 1) of the observations reach at most; None without observations.

    `buckets` maps each upper bound (the last one infinite) to the cumulative count or rate. Within a bucket values are
    taken as evenly spread; of the infinite one only its lower bound is known.
    """
    bounds = sorted(buckets)
    if len(bounds) < 2 or not math.isinf(bounds[-1]):  # noqa: PLR2004 - an infinite and a finite bound
        return None
    counts = _rising([buckets[bound] for bound in bounds])
    if counts[-1] <= 0:
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
    return start + (bounds[index] - start) * (rank - below) / within


def _rising(counts: list[float]) -> list[float]:
    """Return the counts without falls: sums of rates can differ in the last digits."""
    highest = 0.0
    return [highest := max(highest, count) for count in counts]
