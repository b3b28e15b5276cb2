"""Quantiles computed here equal those that Prometheus computes."""

import asyncio
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.console.histogram import combined, quantile
from apps.console.metrics import Metrics
from apps.console.prometheus import Prometheus
from apps.console.tests.fake_planes import BOUNDS
from apps.console.tests.store import Store

SHARES = [0.0, 0.25, 0.5, 0.95, 0.99, 1.0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(increments=st.lists(st.integers(0, 1000), min_size=len(BOUNDS) + 1, max_size=len(BOUNDS) + 1))
@example(increments=[0] * len(BOUNDS) + [1])
def test_as_prometheus_does(store: Store, increments: list[int]) -> None:
    bounds = [*BOUNDS, math.inf]
    counts = [sum(increments[: index + 1]) for index in range(len(bounds))]
    vector = " or ".join(
        f'label_replace(vector({count}), "le", "{"+Inf" if math.isinf(bound) else bound}", "", "")'
        for bound, count in zip(bounds, counts, strict=True)
    )

    async def ask() -> list[float | None]:
        prometheus = Prometheus(store.url)
        metrics = Metrics.now(prometheus)
        try:
            answers = await metrics.instants(*(f"histogram_quantile({share}, {vector})" for share in SHARES))
        finally:
            await prometheus.close()
        return [next((sample.value[1] for sample in answer), None) for answer in answers]

    ours = [quantile(share, dict(zip(bounds, counts, strict=True))) for share in SHARES]
    theirs = asyncio.run(ask())
    assert [value is None for value in ours] == [value is None for value in theirs]
    assert [value or 0 for value in ours] == pytest.approx([value or 0 for value in theirs], rel=1e-9)


@pytest.mark.parametrize(
    "buckets",
    [
        {},
        {math.inf: 3},
        {1.0: 3, 2.0: 4},
        {1.0: 0, math.inf: 0},
        {1.0: 1, math.inf: math.inf},
        {-1e308: 0, 1e308: 1, math.inf: 1},
    ],
)
def test_what_is_no_histogram_has_no_quantile(buckets: dict[float, float]) -> None:
    assert quantile(0.5, buckets) is None


def test_histograms_of_the_same_bounds_are_added() -> None:
    assert combined([{1.0: 1, math.inf: 2}, {1.0: 3, math.inf: 4}]) == {1.0: 4, math.inf: 6}
    assert combined([]) == {}


def test_of_other_bounds_each_bucket_is_spread_evenly() -> None:
    fine, coarse = {1.0: 10, 2.0: 20, 4.0: 20, math.inf: 20}, {2.0: 40, math.inf: 50}
    together = combined([fine, coarse])
    # Of the coarse one half of the bucket 0 to 2 lies below 1, and nobody knows how far above 2 the last ten are.
    assert together == {1.0: 30, 2.0: 60, 4.0: 60, math.inf: 70}
    assert quantile(0.5, together) == pytest.approx(1 + 5 / 30)


@settings(max_examples=50)
@given(counts=st.lists(st.integers(0, 1000), min_size=4, max_size=4), share=st.sampled_from(SHARES))
def test_one_plane_with_few_buckets_leaves_the_quantiles_of_many_like_it(counts: list[int], share: float) -> None:
    bounds = [0.1, 1.0, 10.0, math.inf]
    histogram = {bound: float(sum(counts[: index + 1])) for index, bound in enumerate(bounds)}
    finer = combined([histogram, {0.5: 0.0, math.inf: 0.0}])
    assert quantile(share, finer) == pytest.approx(quantile(share, histogram))
