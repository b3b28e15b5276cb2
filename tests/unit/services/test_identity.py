"""A hostile application against a real collector and a real Prometheus: it can only ever be itself."""

import re
from collections.abc import Iterator

import httpx
import pytest

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, push
from tests.unit.services.servers import ENVIRONMENT, PLANE, Stack, running

VICTIM = "qa"
IDENTITY_SPELLINGS = (
    "environment",
    "Environment",
    "ENVIRONMENT",
    "data_plane_id",
    "data.plane.id",
    "data-plane-id",
    "Data_Plane_Id",
    "DATA PLANE ID",
    "exported_environment",
    "exported_data_plane_id",
    "exported.environment",
    "exported__data.plane.id",
    "exported_exported_data_plane_id",
    "Exported-Exported.Environment",
)
PROCESS_SPELLINGS = (
    "job",
    "instance",
    "exported_job",
    "exported.instance",
    "service.name",
    "service_name",
    "service.instance.id",
)
RESERVED_NAMES = (
    "up",
    "scrape_samples_scraped",
    "scrape_duration_seconds",
    "ALERTS",
    "ALERTS_FOR_STATE",
    "data_plane:http_server_requests:rate5m",
)
HONEST = {"service.name": "shop", "service.instance.id": "shop-1"}
IDENTITY_LABEL = re.compile(r"(?i)(exported_+)*(environment|data_plane_id)")


def _attack() -> list[Point]:
    points = [
        Point(
            name="honest_orders", resource=HONEST, attributes={"http.route": "/api/orders", "environment_class": "a"}
        ),
        Point(name="honest_latency", resource=HONEST, bounds=(0.1, 1.0)),
    ]
    for index, key in enumerate(IDENTITY_SPELLINGS):
        points += [
            Point(name=f"claim_resource_{index}", resource={**HONEST, key: VICTIM}),
            Point(name=f"claim_point_{index}", resource=HONEST, attributes={key: VICTIM}),
            Point(name=f"claim_scope_{index}", resource=HONEST, scope={key: VICTIM}),
            Point(name=f"claim_nobody_{index}", resource={key: VICTIM}, attributes={key: VICTIM}),
        ]
    points += [
        Point(name=f"claim_process_{index}", resource=HONEST, attributes={key: VICTIM})
        for index, key in enumerate(PROCESS_SPELLINGS)
    ]
    everything = dict.fromkeys((*IDENTITY_SPELLINGS, *PROCESS_SPELLINGS), VICTIM)
    points += [
        Point(
            name="claim_all", resource={**HONEST, **dict.fromkeys(IDENTITY_SPELLINGS, VICTIM)}, attributes=everything
        ),
        Point(name="spoil_histogram", resource=HONEST, attributes={"le": "x", "quantile": "y"}, bounds=(1.0,)),
        Point(
            name="spoil_name",
            resource=HONEST,
            attributes={"__name__": "up", "__address__": "x", "otel_scope_name": "x"},
        ),
        Point(name="target_info", attributes={"data_plane_id": VICTIM}),
    ]
    for name in RESERVED_NAMES:
        points += [
            Point(name=name),
            Point(name=name, attributes={"data_plane_id": VICTIM, "instance": VICTIM, "alertname": "DataPlaneDown"}),
        ]
    return [*points, Point(name="sentinel", resource=HONEST)]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("identity"), PlaneLimits()) as stack:
        assert push(stack.otlp, _attack()).status_code == 200
        # The sentinel is pushed last: once it was stored three times, everything before it was scraped.
        stack.wait_for("count_over_time(sentinel[5m]) >= 3")
        yield stack


def _all_up(stack: Stack) -> None:
    """Wait out a scrape that came too late on a busy machine: what it would have brought counts as gone."""
    stack.wait_for(f'count(up{{data_plane_id="{PLANE}"}} == 1) == 2')


def test_every_stored_series_of_the_plane_has_the_true_identity_only(attacked: Stack) -> None:
    series = attacked.series('{job=~"data-plane|otel-collector"}')
    assert len(series) > 4 * len(IDENTITY_SPELLINGS)
    for labels in series:
        assert (labels["environment"], labels["data_plane_id"]) == (ENVIRONMENT, PLANE), labels
        assert {name for name in labels if IDENTITY_LABEL.fullmatch(name)} == {"environment", "data_plane_id"}, labels


def test_nothing_is_stored_for_the_victim(attacked: Stack) -> None:
    for label in ("environment", "data_plane_id", "instance", "exported_environment", "exported_data_plane_id"):
        assert attacked.series(f'{{{label}="{VICTIM}"}}') == []
    assert attacked.series(f'{{__name__!="",job="{VICTIM}"}}') == []


@pytest.mark.parametrize(
    "name", [point.name for point in _attack() if point.name.startswith(("claim", "spoil")) and not point.bounds]
)
def test_a_claim_costs_only_the_claim_not_the_series(attacked: Stack, name: str) -> None:
    assert len(attacked.series(name)) == 1


def test_honest_metrics_survive_with_their_labels(attacked: Stack) -> None:
    (orders,) = attacked.series("honest_orders")
    expected = {
        "http_route": "/api/orders",
        "environment_class": "a",
        "exported_job": "shop",
        "exported_instance": "shop-1",
        "job": "data-plane",
    }
    assert expected.items() <= orders.items()
    assert {row["le"] for row in attacked.series("honest_latency_bucket")} == {"0.1", "1.0", "+Inf"}


def test_an_attribute_cannot_pass_for_another_process_of_the_plane(attacked: Stack) -> None:
    for index in range(len(PROCESS_SPELLINGS)):
        (labels,) = attacked.series(f"claim_process_{index}")
        assert (labels["exported_job"], labels["exported_instance"]) == ("shop", "shop-1")
        assert VICTIM not in labels.values()


def test_up_and_other_reserved_names_cannot_be_forged(attacked: Stack) -> None:
    _all_up(attacked)
    ups = attacked.value(f'up{{data_plane_id="{PLANE}"}}')
    assert sorted((labels["job"], value) for labels, value in ups) == [("data-plane", 1.0), ("otel-collector", 1.0)]
    # The forger sends 7; Prometheus's own report on this many series is larger, ALERTS would come from rules only.
    ((_, scraped),) = attacked.value('scrape_samples_scraped{job="data-plane"}')
    assert scraped > 7
    assert len(attacked.value('scrape_duration_seconds{job="data-plane"}')) == 1
    assert attacked.series('{__name__=~"ALERTS.*|.*:.*"}') == []


def test_target_info_carries_the_identity_that_the_collector_stamps(attacked: Stack) -> None:
    exposed = [line for line in httpx.get(attacked.exposition).text.splitlines() if line.startswith("target_info{")]
    assert exposed
    for line in exposed:
        assert f'data_plane_id="{PLANE}",environment="{ENVIRONMENT}"' in line
    assert VICTIM not in "".join(exposed)


def test_the_counter_that_the_silence_alert_reads_exists(attacked: Stack) -> None:
    _all_up(attacked)
    ((labels, value),) = attacked.value('otelcol_receiver_accepted_metric_points_total{job="otel-collector"}')
    assert (labels["data_plane_id"], value) == (PLANE, float(len(_attack())))


@pytest.mark.parametrize("signal", ["traces", "logs"])
def test_signals_without_a_pipeline_are_refused_not_swallowed(attacked: Stack, signal: str) -> None:
    assert httpx.post(f"{attacked.otlp}/v1/{signal}", json={}).status_code == 404
