"""What the exporter leaves out with a line in its log is counted by reason: a real collector, a real Prometheus."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from config.packs import dropped
from config.services.scraping import PlaneLimits
from tests.managed_prometheus.shapes import Json, Moment, Shape, gauge, number, request, summed
from tests.unit.services.servers import Stack, running

_COUNTED = "otelcol_processor_filter_logs_filtered_total"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(tmp_path, PlaneLimits()) as made:
        send(made, gauge("fine", number(1, 0)))
        made.wait_for("fine")
        yield made


def send(stack: Stack, *metrics: Json) -> None:
    shape = Shape(name="shop", send=lambda _: list(metrics))
    body = request(shape, Moment(times=(0, 1, 2)))
    assert httpx.post(f"{stack.otlp}/v1/metrics", json=body, trust_env=False).status_code == 200


def reasons(stack: Stack) -> set[str]:
    return {labels["reason"] for labels, _ in stack.value(dropped.colliding().expr)}


@pytest.mark.parametrize(
    ("reason", "first", "second", "stored"),
    [
        (
            "collisions",
            gauge("shop.orders", number(1, 0)),
            gauge("shop_orders", number(1, 0)),
            'count({__name__="shop_orders"}) == 1',
        ),
        (
            "types",
            gauge("kind_total", number(1, 0)),
            summed("kind", number(1, 0)),
            'count({__name__="kind_total"}) == 1',
        ),
    ],
)
def test_metrics_that_collide_are_told_and_the_others_stored(
    stack: Stack, reason: str, first: Json, second: Json, stored: str
) -> None:
    send(stack, first, second)
    stack.wait_for(f'{_COUNTED}{{filter="filter/{reason}"}} > 1')
    assert reasons(stack) == {reason}
    assert stack.value(stored)
    assert stack.value("fine")
    assert [value for _, value in stack.value('up{job="data-plane"}')] == [1]


def test_names_that_meet_with_other_labels_are_one_metric_and_nothing_is_told(stack: Stack) -> None:
    send(stack, gauge("shop.orders", number(1, 0, attributes={"a": "x"})), gauge("shop_orders", number(2, 0)))
    stack.wait_for('count({__name__="shop_orders"}) == 2')
    assert reasons(stack) == set()


def test_a_collector_at_rest_says_nothing_of_its_own_log(stack: Stack) -> None:
    """What it sends to itself must not be a reason to log, or it would never end."""
    stack.wait_for(f'{_COUNTED}{{filter="filter/log"}} > 0')
    time.sleep(3)
    before = stack.value(f"sum({_COUNTED})")
    time.sleep(3)
    assert stack.value(f"sum({_COUNTED})") == before


def test_what_the_rules_know_a_gap_of_the_store_by_is_told_with_each_report(stack: Stack) -> None:
    stack.wait_for(dropped.UPTIME)
    (row,) = stack.value(dropped.UPTIME)
    assert row[0].keys() == {"__name__", "environment", "data_plane_id", "job", "instance"}
