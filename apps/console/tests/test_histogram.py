"""Quantiles computed here equal those that Prometheus computes."""

import asyncio
import math
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.console.answers import Sample
from apps.console.histogram import MOST_BOUNDS, of_planes, quantile
from apps.console.metrics import Metrics
from apps.console.prometheus import Prometheus
from apps.console.tests.fake_planes import BOUNDS
from apps.console.tests.store import Store
from tests.harness.examples import examples

SHARES = [0.0, 0.25, 0.5, 0.95, 0.99, 1.0]


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    together = quantile(0.5, {1.0: 1, 2.0: 2, math.inf: 2}, {1.0: 3, 2.0: 4, math.inf: 4})
    assert together == quantile(0.5, {1.0: 4, 2.0: 6, math.inf: 6})
    assert quantile(0.5) is None


def test_of_other_bounds_each_bucket_is_spread_evenly() -> None:
    fine, coarse = {1.0: 10, 2.0: 20, 4.0: 20, math.inf: 20}, {2.0: 40, math.inf: 50}
    # Of the coarse one half of the bucket 0 to 2 lies below 1, and nobody knows how far above 2 the last ten are.
    together = {1.0: 30, 2.0: 60, 4.0: 60, math.inf: 70}
    for share in SHARES:
        assert quantile(share, fine, coarse) == pytest.approx(quantile(share, together))
    assert quantile(0.5, fine, coarse) == pytest.approx(1 + 5 / 30)


@settings(max_examples=examples(25))
@given(counts=st.lists(st.integers(0, 1000), min_size=4, max_size=4), share=st.sampled_from(SHARES))
def test_one_plane_with_few_buckets_leaves_the_quantiles_of_many_like_it(counts: list[int], share: float) -> None:
    bounds = [0.1, 1.0, 10.0, math.inf]
    histogram = {bound: float(sum(counts[: index + 1])) for index, bound in enumerate(bounds)}
    assert quantile(share, histogram, {0.5: 0.0, math.inf: 0.0}) == pytest.approx(quantile(share, histogram))


def test_many_planes_with_bounds_of_their_own_take_no_time_to_speak_of() -> None:
    own = [*range(MOST_BOUNDS - 1), math.inf]
    planes = [{bound + plane / 100: float(count) for count, bound in enumerate(own)} for plane in range(100)]
    began = time.process_time()
    assert quantile(0.5, *planes) == pytest.approx(MOST_BOUNDS / 2, abs=2)
    # A second on a slow machine; each count at each bound would be ten million of them.
    assert time.process_time() - began < 5


@pytest.mark.parametrize(("bounds", "told"), [(MOST_BOUNDS, []), (MOST_BOUNDS + 1, ["odd"])])
def test_a_plane_of_too_many_bounds_is_told_of(bounds: int, told: list[str]) -> None:
    les = {"odd": [*map(str, range(bounds - 1)), "+Inf"], "plain": ["0.1", "1", "+Inf"]}
    histograms, oddities = of_planes(
        Sample(metric={"environment": "e", "data_plane_id": plane, "le": le}, value=(0, 5))
        for plane, each in les.items()
        for le in each
    )
    assert [plane for _, plane in oddities] == told
    assert {*histograms, *oddities} == {("e", "odd"), ("e", "plain")}
    assert set(oddities.values()) <= {f"the latency buckets must have ≤ {MOST_BOUNDS} bounds (got {bounds})"}
