"""Caching: one upstream request for many askers, kept for its time only, failures never."""

import asyncio
import time
from pathlib import Path
from urllib.parse import parse_qs

import httpx

from apps.console.cache import SingleFlightCache
from apps.console.clock import SHARED_SECONDS
from apps.console.tests.conftest import console, console_settings
from apps.console.tests.upstream import Upstream, running
from apps.console.tests.waiting import BOUND_SECONDS


class Source:
    """Something to load: counts the loads, and can be held up or fail."""

    def __init__(self) -> None:
        self.loads = 0
        self.open = asyncio.Event()
        self.fails = False

    async def load(self) -> int:
        self.loads += 1
        await self.open.wait()
        if self.fails:
            raise ConnectionError
        return self.loads


async def test_many_askers_one_load() -> None:
    source, cache = Source(), SingleFlightCache[int](ttl=2)
    askers = [asyncio.create_task(cache.get("key", source.load)) for _ in range(50)]
    await asyncio.sleep(0)
    source.open.set()
    assert await asyncio.gather(*askers) == [1] * 50
    assert source.loads == 1


async def test_an_asker_who_leaves_takes_nothing_from_the_others() -> None:
    source, cache = Source(), SingleFlightCache[int](ttl=2)
    first, second = (asyncio.create_task(cache.get("key", source.load)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    source.open.set()
    assert await second == 1
    assert first.cancelled()


async def test_values_last_their_time() -> None:
    now = [0.0]
    source, cache = Source(), SingleFlightCache[int](ttl=2, timer=lambda: now[0])
    source.open.set()
    assert await cache.get("key", source.load) == 1
    now[0] = 1.9
    assert await cache.get("key", source.load) == 1
    now[0] = 2.1
    assert await cache.get("key", source.load) == 2


async def test_failures_reach_every_asker_and_are_not_kept() -> None:
    source, cache = Source(), SingleFlightCache[int](ttl=2)
    source.fails = True
    askers = [asyncio.create_task(cache.get("key", source.load)) for _ in range(3)]
    await asyncio.sleep(0)
    source.open.set()
    results = await asyncio.gather(*askers, return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionError] * 3
    source.fails = False
    assert await cache.get("key", source.load) == 2


async def test_pages_asked_at_once_share_their_queries(tmp_path: Path) -> None:
    with running(Upstream()) as upstream:
        async with console(console_settings(upstream.url, tmp_path)) as client:
            begun = time.monotonic()
            pages = [asyncio.create_task(client.get("/api/v1/alerts")) for _ in range(20)]
            # Both queries of the page are under way before either is answered.
            async with asyncio.timeout(BOUND_SECONDS):
                while len(upstream.seen) < 2:  # noqa: ASYNC110 - the server runs in a thread of its own
                    await asyncio.sleep(0.01)
            upstream.open.set()
            answers = await asyncio.gather(*pages)
            took = time.monotonic() - begun
    assert {answer.status_code for answer in answers} == {httpx.codes.OK}
    # A busy machine may not take in all twenty before the moment that they share has passed.
    moments = {parse_qs(body.decode())["time"][0] for body in upstream.seen}
    assert len(upstream.seen) == len(set(upstream.seen)) == 2 * len(moments)
    assert len(moments) <= 1 + took / SHARED_SECONDS
