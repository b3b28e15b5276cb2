"""Planes on a real Prometheus whose applications send what they should not, or leave out what others send."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.console.tests.conftest import console, console_settings
from apps.console.tests.fake_planes import DURATION, FakePlane
from apps.console.tests.store import Store, running_store
from apps.console.tests.test_metrics import METRICS
from apps.console.tests.waiting import until

CLASHING = f"""\
{DURATION}_count{{http_response_status_code="200",status_class="good"}} 5
{DURATION}_count{{http_response_status_code="200",status_class="better"}} 5
{DURATION}_count{{http_route="/unknown"}} 7
{DURATION}_bucket{{http_route="/unknown"}} 7
http_server_active_requests{{http_request_method="POST"}} NaN
"""


@pytest.fixture(scope="module")
def odd_store(programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    del programs
    planes = [
        FakePlane(id="plain", environment="prod", rate=40, median=0.08, errors=0.02),
        FakePlane(id="timeouts", environment="qa", rate=20, median=0.15, errors=0, unanswered=0.2),
        FakePlane(id="odd", environment="dev", rate=10, median=0.05, errors=0, more=CLASHING),
    ]
    with running_store(tmp_path_factory.mktemp("odd"), planes) as running:
        yield running


@pytest.fixture
async def client(odd_store: Store, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with console(console_settings(odd_store.url, tmp_path)) as made:
        yield made


def _plane(body: Any, plane_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next((each for each in body["planes"] if each["id"] == plane_id), {})
    return found


async def test_durations_without_a_status_count_as_errors_and_cost_nobody_anything(client: httpx.AsyncClient) -> None:
    ratios = {"plain": pytest.approx(0.02, abs=0.015), "timeouts": pytest.approx(0.2, abs=0.05)}
    # The first seconds hold few errors, or none.
    await until(
        client,
        "/api/v1/planes",
        lambda body: all(_plane(body, plane).get("error_ratio") == ratio for plane, ratio in ratios.items()),
    )
    body = await until(client, "/api/v1/planes", lambda body: _plane(body, "timeouts")["state"] == "degraded")
    assert "error rate" in _plane(body, "timeouts")["reason"]
    summary = (await client.get("/api/v1/summary?range=5m")).json()
    assert _plane(summary, "timeouts")["error_ratio"] == ratios["timeouts"]
    assert 0 < summary["p95"] < 10


async def test_what_one_plane_sends_amiss_is_told_there(client: httpx.AsyncClient) -> None:
    body = await until(client, "/api/v1/planes", lambda body: _plane(body, "plain").get("state") == "up")
    assert _plane(body, "odd")["oddities"] == ["active requests must be a number (got NaN)"]
    assert _plane(body, "odd")["active_requests"] is None
    assert _plane(body, "plain")["oddities"] == []
    summary = await until(
        client, "/api/v1/summary?range=5m", lambda body: bool(_plane(body, "odd").get("oddities") and body["p95"])
    )
    assert _plane(summary, "odd")["oddities"] == ["a latency bucket must have a bound in le (got none)"]
    assert _plane(summary, "plain")["p95"] > 0


@pytest.mark.parametrize("metric", METRICS)
async def test_every_chart_is_drawn(client: httpx.AsyncClient, metric: str) -> None:
    names, wanted = "data_plane_id", {"plain", "timeouts", "odd"}
    if metric == "requests_by_status":
        names, wanted = "status_class", {"2xx", "4xx", "5xx", "error", "none"}

    def drawn(body: Any) -> dict[str, dict[str, Any]]:
        return {line[names]: line for line in body["lines"]}

    # A plane has a rate once it was scraped twice, and planes are scraped one after the other.
    body = await until(
        client,
        f"/api/v1/series?metric={metric}&range=5m",
        lambda body: drawn(body).keys() >= wanted and any(any(line["values"]) for line in body["lines"]),
    )
    lines = drawn(body)
    if metric == "requests_by_status":
        assert (lines["error"]["label"], lines["none"]["label"]) == ("error, no status", "no status")
    else:
        assert lines.keys() == wanted
