"""The list of planes against a real Prometheus: discovery without restart, states, figures."""

from typing import Any

import httpx
import pytest

from apps.console.tests.conftest import ODD_NAME
from apps.console.tests.fake_planes import FakePlane, Mode
from apps.console.tests.store import LABEL_VALUE_BYTES, Store
from apps.console.tests.waiting import until

PATH = "/api/v1/planes"


def plane(body: Any, plane_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next((each for each in body["planes"] if each["id"] == plane_id), {})
    return found


def _is_up(body: Any, plane_id: str) -> bool:
    """Return whether it is; one scrape that came too late on a busy machine makes it down until the next."""
    return bool(plane(body, plane_id).get("state") == "up")


async def test_figures_of_a_plane_at_work(client: httpx.AsyncClient) -> None:
    # A scrape that a busy machine answers late makes a rate of few scrapes too high for a moment.
    body = await until(
        client, PATH, lambda body: _is_up(body, "good") and 20 < (plane(body, "good")["request_rate"] or 0) < 60
    )
    good = plane(body, "good")
    assert good["environment"] == "prod"
    assert (good["state"], good["reason"]) == ("up", None)
    assert good["p50"] == pytest.approx(0.08, rel=0.3)
    assert good["p95"] > good["p50"]
    assert good["error_ratio"] == pytest.approx(0.02, abs=0.01)
    assert 0 <= good["last_scrape_age"] < 3


async def test_sorted_by_environment_and_id(client: httpx.AsyncClient) -> None:
    body = await until(client, PATH, lambda body: len(body["planes"]) >= 5)
    keys = [(each["environment"], each["id"]) for each in body["planes"]]
    assert keys == sorted(keys)
    assert (ODD_NAME, "odd") in keys


async def test_errors_over_the_limit_degrade(client: httpx.AsyncClient) -> None:
    body = await until(client, PATH, lambda body: plane(body, "bad").get("state") == "degraded")
    assert "error rate 20" in plane(body, "bad")["reason"]


async def test_without_traffic_there_is_no_quantile_and_no_ratio(client: httpx.AsyncClient) -> None:
    body = await until(client, PATH, lambda body: _is_up(body, "idle") and plane(body, "idle")["request_rate"] == 0)
    idle = plane(body, "idle")
    assert (idle["p50"], idle["p95"], idle["error_ratio"]) == (None, None, None)


async def test_a_collector_that_refuses_is_down_and_comes_back(client: httpx.AsyncClient, store: Store) -> None:
    store.plane("changing").mode = Mode.REFUSES
    try:
        body = await until(client, PATH, lambda body: plane(body, "changing")["state"] == "down")
        reason = "its collector cannot be scraped: server returned HTTP status 503 Service Unavailable"
        assert plane(body, "changing")["reason"] == reason
    finally:
        store.plane("changing").mode = Mode.FINE
    await until(client, PATH, lambda body: plane(body, "changing")["state"] == "up")


async def test_a_scrape_that_a_limit_refuses_is_told_in_its_own_words(client: httpx.AsyncClient, store: Store) -> None:
    store.plane("changing").more = f'long{{attribute="{"x" * (LABEL_VALUE_BYTES + 1)}"}} 1'
    try:
        body = await until(client, PATH, lambda body: plane(body, "changing")["state"] == "down")
        reason = plane(body, "changing")["reason"]
        assert reason.startswith("its collector cannot be scraped: label_value_length_limit exceeded")
        assert len(reason) < 400
        assert plane(body, "good")["state"] == "up"
    finally:
        store.plane("changing").more = ""
    await until(client, PATH, lambda body: plane(body, "changing")["state"] == "up")


async def test_an_application_that_sends_nothing_is_down(client: httpx.AsyncClient, store: Store) -> None:
    store.plane("changing").mode = Mode.SILENT
    try:
        body = await until(client, PATH, lambda body: plane(body, "changing")["state"] == "down")
        assert "sends no metrics" in plane(body, "changing")["reason"]
    finally:
        store.plane("changing").mode = Mode.FINE
    await until(client, PATH, lambda body: plane(body, "changing")["state"] == "up")


async def test_a_plane_comes_and_goes_without_a_restart(client: httpx.AsyncClient, store: Store) -> None:
    await until(client, PATH, lambda body: plane(body, "good") != {})
    store.planes.append(FakePlane(id="new", environment="new", rate=5, median=0.05, errors=0))
    store.write_targets()
    try:
        await until(client, PATH, lambda body: plane(body, "new").get("state") == "up")
    finally:
        store.planes.pop()
        store.write_targets()
    body = await until(client, PATH, lambda body: plane(body, "new").get("state") == "unknown")
    assert plane(body, "new")["reason"].startswith("not scraped")
