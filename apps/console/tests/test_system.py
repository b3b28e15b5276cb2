"""Health, alerts and probes, with a store that works and with ones that do not."""

import string
from pathlib import Path

import httpx
import pytest

from apps.console.app import create_app
from apps.console.health import enumerated
from apps.console.prometheus import Prometheus
from apps.console.tests.conftest import console, console_settings
from apps.console.tests.store import Store
from apps.console.tests.upstream import Upstream, running
from apps.console.tests.waiting import until
from tests.harness.ports import free_port

QUERIES = ["planes", "alerts", "summary", "series?metric=request_rate"]


async def test_health_of_a_system_with_a_bad_plane(client: httpx.AsyncClient) -> None:
    body = await until(client, "/api/v1/health", lambda body: body["planes"]["degraded"] == 1 and body["alerts"])
    assert (body["release"], body["platform"], body["stack"]) == ("1.2.3", "docker", "test")
    assert body["prometheus"] == {"reachable": True, "detail": None}
    assert body["state"] in ("degraded", "down")
    jobs = {job["job"]: job for job in body["jobs"]}
    assert list(jobs) == ["prometheus", "alertmanager", "otel-collector", "data-plane"]
    assert jobs["prometheus"] == {"job": "prometheus", "state": "up", "up": 1, "total": 1}
    assert jobs["alertmanager"]["state"] == "unknown"
    assert body["alerts"]["warning"] >= 1


@pytest.mark.parametrize(
    ("planes", "wanted"),
    [
        (1, "data plane a is"),
        (2, "data planes a and b are"),
        (5, "data planes a, b, c, d and e are"),
        (6, "data planes a, b, c, d and 2 more are"),
        (26, "data planes a, b, c, d and 22 more are"),
    ],
)
def test_many_planes_are_counted_after_the_first(planes: int, wanted: str) -> None:
    assert enumerated(list(string.ascii_lowercase[:planes])) == wanted


async def test_only_services_that_the_store_is_to_scrape_are_shown(store: Store, tmp_path: Path) -> None:
    settings = console_settings(store.url, tmp_path).model_copy(update={"control_plane_jobs": ()})
    async with console(settings) as client:
        jobs = (await client.get("/api/v1/health")).json()["jobs"]
    assert [job["job"] for job in jobs] == ["otel-collector", "data-plane"]


async def test_alerts_firing_before_pending(client: httpx.AsyncClient) -> None:
    body = await until(
        client, "/api/v1/alerts", lambda body: {"HighErrorRate", "Slow"} <= {each["name"] for each in body["alerts"]}
    )
    states = [each["state"] for each in body["alerts"]]
    assert states == sorted(states)
    alert = next(each for each in body["alerts"] if each["name"] == "HighErrorRate")
    assert (alert["severity"], alert["environment"], alert["data_plane_id"]) == ("warning", "qa", "bad")
    assert alert["labels"] == {"team": "shop"}
    assert alert["active_since"] > 1_700_000_000


async def test_probes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}


@pytest.mark.parametrize("path", QUERIES)
async def test_an_unreachable_store_is_502(tmp_path: Path, path: str) -> None:
    async with console(console_settings(f"http://127.0.0.1:{free_port()}", tmp_path)) as client:
        answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Bad Gateway"


async def test_without_the_store_the_console_lives_and_says_so(tmp_path: Path) -> None:
    async with console(console_settings(f"http://127.0.0.1:{free_port()}", tmp_path)) as client:
        health = await client.get("/api/v1/health")
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
    assert health.status_code == 200
    assert health.json()["state"] == "down"
    assert health.json()["prometheus"]["reachable"] is False


def at_once(status: int, body: str) -> Upstream:
    upstream = Upstream(status=status, body=body)
    upstream.open.set()
    return upstream


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "oops"),
        (200, "<html>"),
        (200, '{"data": {"result": [{"metric": {}, "value": [1, "x"]}]}}'),
        (302, ""),
    ],
)
async def test_an_invalid_answer_is_502(tmp_path: Path, status: int, body: str) -> None:
    with running(at_once(status, body)) as upstream:
        async with console(console_settings(upstream.url, tmp_path)) as client:
            answer = await client.get("/api/v1/alerts")
    assert answer.status_code == 502


async def test_a_query_that_prometheus_gives_up_is_504(tmp_path: Path) -> None:
    with running(at_once(503, '{"status":"error","errorType":"timeout","error":"query timed out"}')) as upstream:
        async with console(console_settings(upstream.url, tmp_path)) as client:
            answer = await client.get("/api/v1/alerts")
    assert answer.status_code == 504


async def test_a_store_that_never_answers_is_504(tmp_path: Path) -> None:
    with running(Upstream()) as upstream:
        app = create_app(console_settings(upstream.url, tmp_path))
        app.state.store = Prometheus(upstream.url, timeout=0.2)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answer = await client.get("/api/v1/alerts")
        await app.state.store.close()
    assert answer.status_code == 504
    assert answer.json()["status"] == 504
