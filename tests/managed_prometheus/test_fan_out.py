"""Two planes with a workspace each: real collectors write, real rules judge, one console answers for both."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.console.prometheus import CACHE_SECONDS
from apps.console.settings import PlaneStoreSettings, Settings
from apps.console.tests.conftest import UNLIMITED, console
from apps.console.tests.waiting import until
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.services.managed_rules import namespaces
from config.services.plane_rules import PlaneIdentity, of_plane
from tests.harness.managed_prometheus.agents import SCRAPE_S, DirectCollector, Programs, direct_collector
from tests.harness.managed_prometheus.local import REGION
from tests.harness.managed_prometheus.service import Outcome
from tests.harness.managed_prometheus.stack import AGENT, COLLECTORS, CONSOLE, PLANES, Aws
from tests.harness.otlp import Point, push
from tests.harness.processes import running
from tests.harness.waiting import wait_until
from tests.managed_prometheus.conftest import BePod

RATES = {"billing": 5, "orders": 20}
COUNT = "http_server_request_duration_seconds_count"
API = "/prometheus/api/v1"
ENVIRONMENT = "production"


@dataclass(frozen=True, kw_only=True)
class Planes:
    """The collectors of both planes, by plane."""

    collectors: dict[str, DirectCollector]


@contextmanager
def _requests(collector: DirectCollector, rate: int) -> Iterator[None]:
    """Count ``rate`` requests a second, as an application does, until the end."""
    over = threading.Event()

    def count() -> None:
        began = time.monotonic()
        while not over.wait(0.5):
            labels = {"http_route": "/api", "http_response_status_code": "200"}
            passed = rate * (time.monotonic() - began)
            try:
                push(collector.otlp, [Point(name=COUNT, value=passed, attributes=labels)])
            except httpx.TransportError:
                """A collector that was killed; it is tried again."""

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def planes(aws: Aws, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planes]:
    folder, rules = tmp_path_factory.mktemp("planes"), render_rules(packs(AlertThresholds(scrape_interval_s=SCRAPE_S)))
    collectors = {}
    with ExitStack() as stack:
        for plane, workspace in PLANES.items():
            identity = PlaneIdentity(environment=ENVIRONMENT, data_plane_id=plane)
            for space in namespaces(of_plane(rules, identity, SCRAPE_S)):
                # The service evaluates every 30 s at most.
                text = space.text.replace("interval: 30s", "interval: 1s")
                aws.amp.stores[workspace].put_rules(space.name, text)
            collectors[plane] = collector = direct_collector(
                folder / plane,
                aws.amp.endpoint(workspace),
                environment=aws.pod(COLLECTORS[plane]),
                programs=programs,
                plane=plane,
            )
            stack.enter_context(running(collector.program, collector.health))
            stack.enter_context(_requests(collector, RATES[plane]))
        for workspace in PLANES.values():
            wait_until(
                lambda: aws.amp.stored(workspace).value(f"rate({COUNT}[4s])"),  # noqa: B023  called at once
                within_s=60,
                what="the collector delivers",
            )
        yield Planes(collectors=collectors)


def settings(aws: Aws, folder: Path) -> Settings:
    return Settings(
        prometheus_urls=tuple(
            PlaneStoreSettings(environment=ENVIRONMENT, data_plane_id=plane, url=aws.amp.endpoint(workspace))
            for plane, workspace in PLANES.items()
        ),
        prometheus_auth="sigv4",
        aws_region=REGION,
        web_root=folder,
        rate_limit=UNLIMITED,
        scrape_interval_seconds=SCRAPE_S,
    )


@pytest.fixture
async def client(aws: Aws, planes: Planes, tmp_path: Path, be_pod: BePod) -> AsyncIterator[httpx.AsyncClient]:
    del planes
    be_pod(CONSOLE)
    async with console(settings(aws, tmp_path)) as made:
        yield made


def states(body: Any) -> dict[str, str]:
    return {plane["id"]: plane["state"] for plane in body["planes"]}


def rates(body: Any) -> dict[str, float]:
    return {plane["id"]: plane["request_rate"] or 0 for plane in body["planes"]}


async def ask(client: httpx.AsyncClient, call: str, **parameters: str) -> Any:
    answer = await client.get(f"{API}/{call}", params=parameters)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.json()


async def test_pages_show_both_planes_and_add_them_up(client: httpx.AsyncClient) -> None:
    body = await until(client, "/api/v1/planes", lambda body: rates(body) == pytest.approx(RATES, rel=0.4))
    assert states(body) == dict.fromkeys(PLANES, "up")
    assert all(plane["last_scrape_age"] < 10 for plane in body["planes"])
    health = (await client.get("/api/v1/health")).json()
    assert health["prometheus"] == {"reachable": True, "detail": None}
    jobs = {job["job"]: (job["up"], job["total"]) for job in health["jobs"]}
    assert (jobs["data-plane"], jobs["otel-collector"]) == ((2, 2), (2, 2))
    await until(client, "/api/v1/series?metric=requests_by_status&range=5m", _ends_at(sum(RATES.values())))
    summary = (await client.get("/api/v1/summary?range=5m")).json()
    assert summary["requests"] == pytest.approx(sum(plane["requests"] for plane in summary["planes"]))
    assert {plane["id"] for plane in summary["planes"]} == set(PLANES)


async def test_a_view_of_one_plane_asks_its_store_alone(client: httpx.AsyncClient, aws: Aws) -> None:
    path = "/api/v1/series?metric=requests_by_status&plane=billing&range=5m"
    await until(client, path, _ends_at(RATES["billing"]))
    await asyncio.sleep(CACHE_SECONDS)
    frontends = {plane: aws.amp.service.workspaces[workspace].outcomes for plane, workspace in PLANES.items()}
    before = {plane: outcomes[Outcome.ANSWERED] for plane, outcomes in frontends.items()}
    await client.get(path)
    # Which planes there are, and which there should be, is asked of all.
    assert {plane: outcomes[Outcome.ANSWERED] - before[plane] for plane, outcomes in frontends.items()} == {
        "billing": 3,
        "orders": 2,
    }
    assert (await client.get("/api/v1/series?metric=requests_by_status&plane=nobody")).status_code == 404


async def test_prometheus_api_answers_for_all_planes(client: httpx.AsyncClient) -> None:
    up = await ask(client, "query", query='up{job="data-plane"}')
    assert {(entry["metric"]["data_plane_id"], entry["value"][1]) for entry in up["data"]["result"]} == {
        ("billing", "1"),
        ("orders", "1"),
    }
    assert "warnings" not in up
    # What each store has summed up is told for each.
    total = await ask(client, "query", query="count(up)")
    assert [entry["metric"] for entry in total["data"]["result"]] == [
        {"environment": ENVIRONMENT, "data_plane_id": plane} for plane in PLANES
    ]
    number = await ask(client, "query", query="1 + 1")
    assert number["data"]["resultType"] == "vector"
    now = time.time()
    over_time = await client.post(
        f"{API}/query_range",
        data={"query": f"rate({COUNT}[4s])", "start": str(now - 5), "end": str(now), "step": "1s"},
    )
    assert {line["metric"]["data_plane_id"] for line in over_time.json()["data"]["result"]} == set(PLANES)
    assert {"job", "data_plane_id", "http_route"} <= set((await ask(client, "labels"))["data"])
    assert (await ask(client, "label/data_plane_id/values"))["data"] == sorted(PLANES)
    assert COUNT in (await ask(client, "label/__name__/values", **{"match[]": '{job="data-plane"}'}))["data"]
    found = await ask(client, "series", **{"match[]": 'up{job="data-plane"}'})
    assert {entry["data_plane_id"] for entry in found["data"]} == set(PLANES)
    groups = (await ask(client, "rules"))["data"]["groups"]
    assert {group["file"].partition("/")[0] for group in groups} == set(PLANES)
    assert len({(group["file"], group["name"]) for group in groups}) == len(groups)
    assert "alerts" in (await ask(client, "alerts"))["data"]
    assert isinstance((await ask(client, "metadata"))["data"], dict)


async def test_prometheus_api_reports_faults_as_prometheus_does(client: httpx.AsyncClient) -> None:
    bad = await client.get(f"{API}/query", params={"query": "sum("})
    assert (bad.status_code, bad.json()["errorType"]) == (HTTPStatus.BAD_REQUEST, "bad_data")
    targets = await client.get(f"{API}/targets")
    assert (targets.status_code, targets.json()["status"]) == (HTTPStatus.NOT_FOUND, "error")
    large = await client.post(f"{API}/query", data={"query": "x" * 70_000})
    assert large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_plane_that_claims_to_be_another_is_not_believed(
    client: httpx.AsyncClient, aws: Aws, programs: Programs, tmp_path: Path
) -> None:
    forger = direct_collector(
        tmp_path / "forger",
        aws.amp.endpoint(PLANES["orders"]),
        environment=aws.pod(COLLECTORS["orders"]),
        programs=programs,
        plane="billing",
    )
    with running(forger.program, forger.health):
        push(forger.otlp, [Point(name="forged", value=1)])
        stored = aws.amp.stored(PLANES["orders"])
        wait_until(lambda: stored.value('forged{data_plane_id="billing"}') == 1, within_s=30, what="it is written")
    # What was summed up over it is the forger's own. The console asks for a moment of the store's clock, which by the
    # dates of its answers may be one before the sample's.
    summed = await until(client, f"{API}/query?query=sum(forged)", lambda body: body["data"]["result"])
    assert [entry["metric"]["data_plane_id"] for entry in summed["data"]["result"]] == ["orders"]
    assert (await ask(client, "query", query="forged"))["data"]["result"] == []
    assert (await ask(client, "series", **{"match[]": "forged"}))["data"] == []
    assert (await ask(client, "label/data_plane_id/values", **{"match[]": "forged"}))["data"] == ["orders"]


async def test_a_store_that_is_away_takes_its_plane_with_it_and_no_other(client: httpx.AsyncClient, aws: Aws) -> None:
    frontend = aws.amp.service.workspaces[PLANES["billing"]]
    frontend.away = True
    try:
        # Answers are kept for two seconds.
        body = await until(client, "/api/v1/planes", lambda body: states(body)["billing"] == "unknown")
        assert states(body)["orders"] == "up"
        reasons = {plane["id"]: plane["reason"] for plane in body["planes"]}
        assert reasons["billing"] == "its metrics store does not answer: Prometheus answered 503"
        health = (await client.get("/api/v1/health")).json()
        assert (health["state"], health["prometheus"]["reachable"]) == ("degraded", True)
        assert "data plane billing" in health["prometheus"]["detail"]
        lines = (await client.get("/api/v1/series?metric=request_rate&range=5m")).json()["lines"]
        assert [line["data_plane_id"] for line in lines] == ["orders"]
        lone = await client.get("/api/v1/series?metric=request_rate&plane=billing&range=5m")
        assert lone.status_code == HTTPStatus.BAD_GATEWAY
        assert (await client.get("/readyz")).status_code == HTTPStatus.OK
        answer = await ask(client, "query", query='up{job="data-plane"}')
        assert [entry["metric"]["data_plane_id"] for entry in answer["data"]["result"]] == ["orders"]
        assert answer["warnings"] == ["data plane billing: Prometheus answered 503"]
        aws.amp.service.away = True
        nobody = await client.get(f"{API}/query", params={"query": "up"})
        assert (nobody.status_code, nobody.json()["errorType"]) == (HTTPStatus.BAD_GATEWAY, "unavailable")
    finally:
        frontend.away = aws.amp.service.away = False


async def test_a_role_without_permission_gets_an_error(aws: Aws, planes: Planes, tmp_path: Path, be_pod: BePod) -> None:
    del planes
    be_pod(AGENT)
    async with console(settings(aws, tmp_path)) as client:
        page, question = await client.get("/api/v1/planes"), await client.get(f"{API}/query?query=up")
    assert (page.status_code, question.status_code) == (HTTPStatus.BAD_GATEWAY, HTTPStatus.BAD_GATEWAY)
    assert "refused the console's credentials (403)" in question.json()["error"]


async def test_a_collector_that_is_gone_is_down_and_its_plane_stays_in_the_list(
    client: httpx.AsyncClient, planes: Planes
) -> None:
    collector = planes.collectors["billing"]
    collector.program.kill()
    try:
        body = await until(client, "/api/v1/planes", _is("billing", "down"))
        assert states(body)["orders"] == "up"
        firing = await until(client, "/api/v1/alerts", lambda body: body["alerts"])
        assert {(alert["name"], alert["data_plane_id"]) for alert in firing["alerts"]} == {("DataPlaneDown", "billing")}
    finally:
        collector.program.start()
    await until(client, "/api/v1/planes", _is("billing", "up"))


def _ends_at(rate: float) -> Callable[[Any], bool]:
    """Wait for a single line whose newest value is about this."""
    return lambda body: [line["values"][-1] for line in body["lines"]] == [pytest.approx(rate, rel=0.4)]


def _is(plane: str, state: str) -> Callable[[Any], bool]:
    return lambda body: states(body)[plane] == state
