"""Answers kept for a moment, and one upstream request however many ask for the same thing at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TTLCache

Value = TypeVar("Value")


class SingleFlightCache(Generic[Value]):
    """Keeps values `ttl` seconds; concurrent askers for one key share one load. Failures are shared but never kept."""

    def __init__(self, ttl: float, max_entries: int = 1024, timer: Callable[[], float] = time.monotonic) -> None:
        self._values: TTLCache[Hashable, Value] = TTLCache(maxsize=max_entries, ttl=ttl, timer=timer)
        self._flights: dict[Hashable, asyncio.Task[Value]] = {}

    async def get(self, key: Hashable, load: Callable[[], Awaitable[Value]]) -> Value:
        """Return the kept value for `key`, else await `load` once for everybody who asks meanwhile."""
        if key in self._values:
            return self._values[key]
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._load(key, load))
            self._flights[key] = flight
        # Shielded: a client that goes away must not cancel the load that others wait for.
        return await asyncio.shield(flight)

    async def _load(self, key: Hashable, load: Callable[[], Awaitable[Value]]) -> Value:
        try:
            value = await load()
            self._values[key] = value
            return value
        finally:
            del self._flights[key]
