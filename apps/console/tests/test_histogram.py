"""Quantiles computed here equal those that Prometheus computes."""

import asyncio
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.console.histogram import quantile
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


@pytest.mark.parametrize("buckets", [{}, {math.inf: 3}, {1.0: 3, 2.0: 4}, {1.0: 0, math.inf: 0}])
def test_what_is_no_histogram_has_no_quantile(buckets: dict[float, float]) -> None:
    assert quantile(0.5, buckets) is None
