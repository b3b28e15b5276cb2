import asyncio
import math
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from apps.api import simulation
from apps.api.app import MAX_BODY_BYTES
from apps.api.simulation import Simulation, WorkTime
from apps.api.tests.inprocess import client_of, make_app, seeded

ORDER = {"items": [{"product_id": "kettle", "quantity": 2}, {"product_id": "scale", "quantity": 1}]}
PAYMENT = {"order_id": str(uuid4()), "amount_cents": 100}


def envelope(response: httpx.Response) -> dict[str, object]:
    """The body, after the promises that hold for each answer."""
    body: dict[str, object] = response.json()
    assert set(body) == {"success", "message", "data", "timestamp"}
    assert body["success"] is response.is_success
    assert isinstance(body["message"], str)
    assert body["message"]
    assert isinstance(body["timestamp"], str)
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() == timedelta(0)
    return body


async def test_health_says_who_it_is() -> None:
    async with client_of(make_app()) as client:
        data = envelope(await client.get("/health"))["data"]
    assert isinstance(data, dict)
    assert (data["status"], data["environment"], data["data_plane_id"]) == ("ok", "local", "local")


async def test_an_order_adds_up() -> None:
    async with client_of(make_app()) as client:
        response = await client.post("/api/orders", json=ORDER)
    data = envelope(response)["data"]
    assert response.status_code == 201
    assert isinstance(data, dict)
    assert data["total_cents"] == 2 * 5900 + 4500


async def test_search_finds_any_part_of_a_name_in_any_case() -> None:
    async with client_of(make_app()) as client:
        data = envelope(await client.get("/api/search", params={"q": "COFFEE"}))["data"]
    assert isinstance(data, dict)
    assert [product["id"] for product in data["products"]] == ["coffee-grinder", "scale", "beans-1kg"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("DELETE", "/health", b"", 405),
        ("GET", "/api/search", b"", 422),
        ("POST", "/api/orders", b"{", 422),
        ("POST", "/api/orders", b'{"items":[]}', 422),
        ("POST", "/api/orders", b'{"items":[{"product_id":"kettle","quantity":NaN}]}', 422),
        ("POST", "/api/orders", b'{"items":[{"product_id":"gone","quantity":1}]}', 404),
        ("POST", "/api/payments", b'{"order_id":"\xff"}', 400),
        ("POST", "/api/orders", b" " * (MAX_BODY_BYTES + 1), 413),
    ],
)
async def test_errors_wear_the_envelope_too(method: str, path: str, body: bytes, status: int) -> None:
    async with client_of(make_app()) as client:
        response = await client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert envelope(response)["success"] is False


async def test_a_failure_of_ours_is_a_500_in_the_envelope() -> None:
    app = make_app()

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret detail")

    async with client_of(app) as client:
        response = await client.get("/broken")
    assert response.status_code == 500
    assert "secret" not in str(envelope(response))


@pytest.mark.parametrize(("rate", "status"), [(0.0, 200), (1.0, 502)])
async def test_payments_fail_never_at_0_and_always_at_1(rate: float, status: int) -> None:
    async with client_of(make_app(error_rate=rate)) as client:
        answers = [await client.post("/api/payments", json=PAYMENT) for _ in range(50)]
    assert {answer.status_code for answer in answers} == {status}
    assert all(envelope(answer)["success"] is (status == 200) for answer in answers)


@given(rate=st.floats(0, 1), seed=st.integers(0, 2**32))
@settings(max_examples=50)
def test_the_share_of_failures_is_the_error_rate(rate: float, seed: int) -> None:
    tries = 4000
    dice = Simulation(error_rate=rate, slow_requests=True, rng=seeded(seed))
    failures = sum(dice.payment_fails() for _ in range(tries))
    six_sigma = 6 * math.sqrt(rate * (1 - rate) / tries)
    assert abs(failures / tries - rate) <= six_sigma + 1 / tries


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=50)
def test_work_stays_in_its_range(seed: int, slow: bool) -> None:
    slept: list[float] = []

    async def note(seconds: float) -> None:
        slept.append(seconds)

    sim = Simulation(error_rate=0, slow_requests=slow, rng=seeded(seed), sleep=note)
    wanted = (simulation.PRODUCTS, simulation.ORDERS, simulation.SEARCH, sim.reports, simulation.PAYMENTS)
    for time in wanted:
        asyncio.run(sim.work(time))
    assert all(time.low <= seconds <= time.high for time, seconds in zip(wanted, slept, strict=True))
    assert sim.reports == (WorkTime(0.5, 2.0) if slow else WorkTime(0.05, 0.2))


async def test_counters_agree_with_the_answers() -> None:
    reader = InMemoryMetricReader()
    async with client_of(make_app(error_rate=0.5, seed=7, reader=reader)) as client:
        for _ in range(3):
            await client.post("/api/orders", json=ORDER)
        await client.post("/api/orders", json={"items": [{"product_id": "gone", "quantity": 1}]})
        await client.get("/api/search", params={"q": "x"})
        paid = [(await client.post("/api/payments", json=PAYMENT)).status_code for _ in range(20)]
    found = reader.get_metrics_data()
    assert found is not None
    counted = {
        (metric.name, *dict(point.attributes or {}).values()): point.value
        for resource in found.resource_metrics
        for scope in resource.scope_metrics
        if scope.scope.name == "apps.api"
        for metric in scope.metrics
        for point in metric.data.data_points
        if hasattr(point, "value")
    }
    assert 0 < paid.count(502) < 20
    assert counted == {
        ("orders.created",): 3,
        ("searches",): 1,
        ("reports.generated",): 0,
        ("payments.processed", "success"): paid.count(200),
        ("payments.processed", "failure"): paid.count(502),
    }
