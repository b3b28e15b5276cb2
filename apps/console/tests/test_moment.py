"""All that is asked for one answer is asked for one moment, whatever comes in between and in every store."""

import asyncio
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from apps.console.clock import SETTLED_SECONDS, SHARED_SECONDS
from apps.console.metrics import Metrics
from apps.console.prometheus import Prometheus
from apps.console.settings import PlaneStoreSettings, Settings
from apps.console.tests.conftest import console, console_settings
from apps.console.tests.fake_planes import FakePlane
from apps.console.tests.store import running_store
from apps.console.tests.upstream import Upstream, running
from apps.console.tests.waiting import BOUND_SECONDS

PAGES = ["planes", "health", "alerts", "summary"]
PHASES = 10


def asked(upstream: Upstream, name: str) -> list[str]:
    """Every value of a parameter, over all questions."""
    return [value for body in upstream.seen for value in parse_qs(body.decode()).get(name, [])]


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_asks_for_one_moment_however_long_it_takes(tmp_path: Path, page: str) -> None:
    with running(Upstream()) as upstream:
        async with console(console_settings(upstream.url, tmp_path)) as client:
            began = time.time()
            answer = asyncio.create_task(client.get(f"/api/v1/{page}"))
            # Held up until those who ask now would get another moment.
            await asyncio.sleep(SHARED_SECONDS + 0.2)
            upstream.open.set()
            assert (await answer).status_code == 200
    ranges = asked(upstream, "end")
    assert len(asked(upstream, "time")) == len(upstream.seen) - len(ranges) > 1
    (moment,) = {float(text) for text in asked(upstream, "time")}
    assert began - 0.001 <= moment + SETTLED_SECONDS < time.time()
    # A chart ends at the last point of its raster.
    assert all(0 <= moment - int(end) < 5 for end in ranges)
    assert bool(ranges) == (page == "summary")


@pytest.mark.usefixtures("programs")
async def test_a_later_question_knows_no_more(tmp_path: Path) -> None:
    """A scrape under way bears a time that is over: what it brings must not come between two questions."""
    plane = FakePlane(id="slow", environment="prod", rate=1, median=0.1, errors=0, scrape_seconds=0.1)
    with running_store(tmp_path, [plane]) as store:

        async def pair(phase: int) -> list[float | None]:
            await asyncio.sleep(phase / PHASES)
            prometheus = Prometheus(store.url, cache_seconds=0)
            metrics = Metrics.now(prometheus)
            first = await last_scrape(metrics)
            await asyncio.sleep(0.6)
            second = await last_scrape(metrics)
            await prometheus.close()
            return [first, second]

        async with asyncio.timeout(BOUND_SECONDS):
            while None in await pair(0):
                pass
        pairs = await asyncio.gather(*(pair(phase) for phase in range(PHASES + 2)))
    # Scrapes are 1 s apart: those who asked over more than one second saw different ones.
    assert len({first for first, _ in pairs}) > 1
    assert [first for first, _ in pairs] == [second for _, second in pairs]


async def last_scrape(metrics: Metrics) -> float | None:
    """When the plane was scraped last, as unix seconds."""
    found = await metrics.instant("timestamp(http_server_active_requests)")
    return found[0].value[1] if found else None


@pytest.mark.parametrize("page", PAGES)
async def test_all_stores_are_asked_for_the_same_moment(tmp_path: Path, page: str) -> None:
    with running(answering()) as one, running(answering()) as other:
        async with console(several(one, other, folder=tmp_path)) as client:
            assert (await client.get(f"/api/v1/{page}")).status_code == 200
    assert len(set(asked(one, "time"))) == 1
    assert set(asked(one, "time")) == set(asked(other, "time"))
    assert asked(one, "end") == asked(other, "end")


@pytest.mark.parametrize("given", ["", "?time="])
async def test_peoples_questions_of_now_have_one_now_in_all_stores(tmp_path: Path, given: str) -> None:
    with running(answering()) as one, running(answering()) as other:
        async with console(several(one, other, folder=tmp_path)) as client:
            began = time.time()
            await client.post(f"/prometheus/api/v1/query{given}", data={"query": "up"})
            ended = time.time()
    assert asked(one, "time") == asked(other, "time")
    (moment,) = asked(one, "time")
    # However long the answer took, it is of a moment while the question ran, less what has to settle.
    assert began - SETTLED_SECONDS - SHARED_SECONDS - 0.001 <= float(moment) <= ended


@pytest.mark.parametrize("moment", ["1700000000.5", "2026-11-01T00:00:00Z", "nonsense"])
async def test_people_who_name_a_time_get_that(tmp_path: Path, moment: str) -> None:
    with running(answering()) as one, running(answering()) as other:
        async with console(several(one, other, folder=tmp_path)) as client:
            await client.post("/prometheus/api/v1/query", data={"query": "up", "time": moment})
            await client.get("/prometheus/api/v1/query", params={"query": "up", "time": moment})
            await client.get("/prometheus/api/v1/query_range", params={"query": "up", "start": "1", "end": "2"})
    for store in (one, other):
        assert asked(store, "time") == [moment, moment]
        assert asked(store, "end") == ["2"]


def answering() -> Upstream:
    upstream = Upstream()
    upstream.open.set()
    return upstream


def several(*upstreams: Upstream, folder: Path) -> Settings:
    stores = tuple(
        PlaneStoreSettings(environment="prod", data_plane_id=f"plane-{number}", url=upstream.url)
        for number, upstream in enumerate(upstreams)
    )
    settings = console_settings("http://127.0.0.1:1", folder)
    return settings.model_copy(update={"prometheus_url": None, "prometheus_urls": stores})
