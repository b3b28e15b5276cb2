"""Every shape of OTLP metrics is stored rightly, and the same whether the collector is scraped or writes by itself."""

import itertools
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from config.packs import dropped
from config.services.scraping import PlaneLimits
from tests.harness.managed_prometheus.agents import Programs, direct_collector
from tests.harness.managed_prometheus.stack import SHAPED, SHAPER, Aws
from tests.harness.processes import running as running_program
from tests.harness.prometheus import Labels, Store
from tests.harness.waiting import wait_until
from tests.managed_prometheus.shape_table import SHAPES, STEPS
from tests.managed_prometheus.shapes import SECOND, Moment, Shape, gauge, number, request
from tests.unit.services.servers import ENVIRONMENT, PLANE, running

WAYS = ("scraped", "written")
_STEP_S = 2
_WINDOW_S = 300
# The plane's own labels and the target's.
_OF_THE_WAY = frozenset({"instance", "environment", "data_plane_id", "job"})
_STEP = Shape(name="step", send=lambda at: [gauge("step", number(at.step, at.now))])
_DROPPED = 'otelcol_processor_filter_datapoints_filtered_total{filter!="filter/own"}'


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What holds the metrics of both ways."""

    scraped: Store
    written: Store

    def of(self, way: str) -> Store:
        """Return the one of a way."""
        return self.scraped if way == "scraped" else self.written


@pytest.fixture(scope="module")
def stores(aws: Aws, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    folder = tmp_path_factory.mktemp("shapes")
    writing = direct_collector(
        folder / "writing", aws.amp.endpoint(SHAPED), environment=aws.pod(SHAPER), programs=programs, plane="shapes"
    )
    with running(folder, PlaneLimits()) as scraped, running_program(writing.program, writing.health):
        found = Stores(scraped=Store(url=scraped.query), written=aws.amp.stored(SHAPED))
        _send_all((scraped.otlp, writing.otlp), found)
        for way in WAYS:
            wait_until(partial(_is_settled, found.of(way)), within_s=60, what=f"what was sent last is stored ({way})")
        yield found


def _send_all(collectors: tuple[str, ...], stores: Stores) -> None:
    """Send every step of every shape to both collectors, each once the one before is stored."""
    times: tuple[int, ...] = (time.time_ns() - SECOND,)
    with httpx.Client(trust_env=False) as client:
        for step in range(STEPS):
            times = (*times, time.time_ns())
            bodies = [request(shape, Moment(times=times)) for shape in (*SHAPES, _STEP)]
            for body, collector in itertools.product(bodies, collectors):
                assert client.post(f"{collector}/v1/metrics", json=body).status_code == 200
            for way in WAYS:
                stored = partial(stores.of(way).vector, f"{_STEP.name} == {step}")
                wait_until(stored, within_s=60, what=f"step {step}, {way}")
            time.sleep(max(0.0, _STEP_S - (time.time_ns() - times[-1]) / SECOND))


def _is_settled(store: Store) -> bool:
    fixed = store.value("fixed_start_total") == 115
    return fixed and store.value("future") == STEPS - 1 and sum(_counted(store).values()) >= sum(_expected().values())


def _counted(store: Store) -> Counter[str]:
    reasons = {
        labels["filter"].removeprefix("filter/"): int(value)
        for labels, value in store.vector(f"sum by (filter) ({_DROPPED}) > 0")
    }
    deltas = store.value('sum(otelcol_deltatocumulative_datapoints_total{error!=""})')
    return Counter(reasons | ({"deltas": int(deltas)} if deltas else {}))


def _expected() -> Counter[str]:
    expected: Counter[str] = Counter()
    for shape in SHAPES:
        if shape.dropped:
            reason, points = shape.dropped
            expected[reason] += points
    return expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_what_is_stored_is_what_was_meant(stores: Stores, shape: Shape, way: str) -> None:
    store = stores.of(way)
    for selector, value in shape.stored.items():
        found = store.value(selector)
        assert found is not None, selector
        assert found == pytest.approx(value, nan_ok=True), selector
    for counter, growth in shape.grown.items():
        (samples,) = store.samples(counter, until=time.time(), seconds=_WINDOW_S).values()
        assert _growth([float(value) for _, value in samples]) == growth, samples
    if shape.dropped:
        kept = store.vector(f'count by (__name__) ({{exported_job="{shape.name}", __name__!="target_info"}})')
        assert {labels["__name__"].removesuffix("_total") for labels, _ in kept} <= {
            name.removesuffix("_total") for name in shape.stored
        }


def _growth(values: list[float]) -> float:
    """Return by how much a counter grew: what `increase` extrapolates from."""
    return sum(later - earlier if later >= earlier else later for earlier, later in itertools.pairwise(values))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_stored_is_counted_by_reason(stores: Stores, way: str) -> None:
    assert _counted(stores.of(way)) == _expected()


@pytest.mark.parametrize("way", WAYS)
def test_the_alert_tells_every_reason(stores: Stores, way: str) -> None:
    points, cut = dropped.rules()
    store = stores.of(way)
    told = {labels["reason"]: value for labels, value in store.vector(points.expr)}
    assert told.keys() == _expected().keys()
    assert [value for _, value in store.vector(cut.expr)] == [2]


def test_both_ways_store_the_same(stores: Stores) -> None:
    scraped, written = (_last_values(stores.of(way)) for way in WAYS)
    assert scraped.keys() == written.keys()
    assert {key: (value, written[key]) for key, value in scraped.items() if not _same(value, written[key])} == {}


def _last_values(store: Store) -> dict[tuple[tuple[str, str], ...], float]:
    return {_series(labels): value for labels, value in store.vector('{job="data-plane", exported_job!=""}')}


def _series(labels: Labels) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            # A scrape writes a bound as "1.0", a write as "1".
            (name, str(float(value)) if name in {"le", "quantile"} else value)
            for name, value in labels.items()
            if name not in _OF_THE_WAY
        )
    )


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def test_one_long_attribute_takes_nothing_else_of_the_plane(stores: Stores) -> None:
    ups = stores.scraped.samples('up{job="data-plane"}', until=time.time(), seconds=_WINDOW_S)
    (values,) = ups.values()
    assert [value for _, value in values][-1] == "1"


@pytest.mark.parametrize("way", WAYS)
def test_no_spelling_of_a_name_makes_another_plane(stores: Stores, way: str) -> None:
    planes = stores.of(way).vector('count by (data_plane_id, environment) ({job="data-plane"})')
    own = {"scraped": PLANE, "written": "shapes"}[way]
    assert [labels for labels, _ in planes] == [{"data_plane_id": own, "environment": ENVIRONMENT}]
