"""Series and summary against a real Prometheus with a day of history."""

import math
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.console.tests.conftest import ODD_NAME, console, console_settings
from apps.console.tests.store import Store
from apps.console.tests.waiting import until

RANGES = {"5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "24h": 86400}
METRICS = [
    "request_rate",
    "latency_p50",
    "latency_p95",
    "latency_p99",
    "error_ratio",
    "active_requests",
    "requests_by_status",
]
NOT_NAMES = [
    'prod"} or up{job="',
    'prod"} or vector(1) #',
    "prod\\",
    'prod", job=~".*',
    ".*",
    "prod|qa",
    "prod\n",
    "\x00",
    "{}",
    "ALL",
]


@pytest.fixture
async def client(store: Store, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A console set to 10 s, the interval of the history, when every plane has been discovered."""
    async with console(console_settings(store.url, tmp_path, scrape_interval=10)) as made:
        await until(made, "/api/v1/planes", lambda body: len(body["planes"]) >= 5)
        yield made


async def ask(client: httpx.AsyncClient, kind: str, **query: str) -> Any:
    answer = await client.get(f"/api/v1/{kind}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("metric", METRICS)
async def test_every_metric_in_every_range(client: httpx.AsyncClient, metric: str, span: str) -> None:
    body = await ask(client, "series", metric=metric, range=span)
    stamps, step = body["timestamps"], body["step_seconds"]
    assert stamps[-1] - stamps[0] == RANGES[span]
    assert {later - earlier for earlier, later in pairwise(stamps)} == {step}
    assert body["window_seconds"] >= step
    assert 60 <= len(stamps) <= 300
    assert body["lines"]
    assert all(len(line["values"]) == len(stamps) for line in body["lines"])


async def test_one_line_per_plane_with_its_own_rate(client: httpx.AsyncClient) -> None:
    body = await ask(client, "series", metric="request_rate", range="24h")
    means = {
        line["data_plane_id"]: sum(value for value in line["values"] if value is not None)
        / sum(value is not None for value in line["values"])
        for line in body["lines"]
    }
    assert body["unit"] == "requests/s"
    assert means["good"] == pytest.approx(40, rel=0.05)
    assert means["bad"] == pytest.approx(20, rel=0.05)


async def test_no_data_is_null(client: httpx.AsyncClient) -> None:
    body = await ask(client, "series", metric="latency_p95", environment="dev", range="24h")
    (line,) = body["lines"]
    assert set(line["values"]) == {None}


async def test_latency_and_errors_have_their_units(client: httpx.AsyncClient) -> None:
    latency = await ask(client, "series", metric="latency_p50", environment="prod", range="24h")
    errors = await ask(client, "series", metric="error_ratio", environment="qa", range="24h")
    assert (latency["unit"], errors["unit"]) == ("s", "ratio")
    assert latency["lines"][0]["values"][-2] == pytest.approx(0.08, rel=0.3)
    assert errors["lines"][0]["values"][-2] == pytest.approx(0.2, abs=0.02)


async def test_status_classes(client: httpx.AsyncClient) -> None:
    body = await ask(client, "series", metric="requests_by_status", environment="qa", range="24h")
    shares = {line["status_class"]: line["values"][-2] for line in body["lines"]}
    assert list(shares) == ["2xx", "4xx", "5xx"]
    assert shares["5xx"] / sum(shares.values()) == pytest.approx(0.2, abs=0.02)


async def test_a_name_that_needs_escaping(client: httpx.AsyncClient) -> None:
    body = await ask(client, "series", metric="request_rate", environment=ODD_NAME, range="24h")
    (line,) = body["lines"]
    assert (line["environment"], line["data_plane_id"]) == (ODD_NAME, "odd")
    assert line["label"] == f"{ODD_NAME} · odd"


async def test_one_plane_only(client: httpx.AsyncClient) -> None:
    body = await ask(client, "summary", plane="good", range="24h")
    assert [each["id"] for each in body["planes"]] == ["good"]
    assert body["request_rate"] == pytest.approx(40, rel=0.05)


async def test_summary_adds_up(client: httpx.AsyncClient) -> None:
    body = await ask(client, "summary", range="24h")
    known = {each["id"]: each for each in body["planes"]}
    # A plane that another test made new and removed may be there still.
    assert {"good", "bad", "idle", "odd", "changing"} <= set(known)
    assert known["idle"]["requests"] == 0
    assert known["idle"]["p95"] is None
    assert known["bad"]["error_ratio"] == pytest.approx(0.2, abs=0.01)
    assert body["requests"] == pytest.approx(sum(each["requests"] or 0 for each in known.values()), rel=0.01)
    assert body["p50"] < body["p95"]


@pytest.mark.parametrize("kind", ["summary", "series"])
@pytest.mark.parametrize("name", NOT_NAMES)
async def test_names_nobody_has_are_404_whatever_they_hold(client: httpx.AsyncClient, kind: str, name: str) -> None:
    for parameter in ("environment", "plane"):
        answer = await client.get(f"/api/v1/{kind}", params={"metric": "request_rate", parameter: name})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["parameter"] == parameter
        assert problem["instance"] == f"/api/v1/{kind}"


async def test_404_lists_the_environments(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/api/v1/summary?environment=nope")).json()
    assert {"all", "prod", "qa", "dev", ODD_NAME} <= set(problem["allowed"])


@pytest.mark.parametrize("span", ["7m", "", "1d", "15M"])
async def test_a_bad_range_is_422_with_the_allowed_ones(client: httpx.AsyncClient, span: str) -> None:
    answer = await client.get("/api/v1/summary", params={"range": span})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["allowed"] == list(RANGES)
    assert answer.json()["parameter"] == "range"


async def test_nothing_is_ever_nan(client: httpx.AsyncClient) -> None:
    for path in ("planes", "summary?range=5m", *(f"series?metric={metric}&range=5m" for metric in METRICS)):
        answer = await client.get(f"/api/v1/{path}")
        assert "NaN" not in answer.text
        assert "Infinity" not in answer.text
        assert not any(math.isnan(number) for number in _numbers(answer.json()))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, float) else []
