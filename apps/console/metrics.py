"""What pages ask: a metrics store as it was at one moment, so that the parts of an answer belong together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from apps.console.answers import Line, Sample
from apps.console.clock import Clock
from apps.console.promql import Key, Scope


class Store(Protocol):
    """What holds the metrics of all data planes: one Prometheus, or one for each plane. Times are unix seconds."""

    @property
    def planes(self) -> Sequence[Key]:
        """The planes that are known without asking."""

    @property
    def clock(self) -> Clock:
        """The store's clock."""

    async def instant(self, expression: str, at: float) -> list[Sample]:
        """Evaluate `expression` at a time."""

    async def range(self, expression: str, *, start: int, end: int, step: int) -> list[Line]:
        """Evaluate `expression` every `step` seconds from `start` to `end`."""

    def within(self, scope: Scope) -> "Store":
        """Return what answers for the planes in scope."""

    async def silent(self, at: float) -> dict[Key, str]:
        """Return the planes whose store does not answer, with the reason."""

    async def scrape_errors(self) -> dict[Key, str]:
        """Return, by plane, why its last scrape failed, where the store says so."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """A store at one moment (unix seconds): asked one question after the other, it knows no more at the last one.

    Methods raise what the store raises.
    """

    store: Store
    moment: float

    @classmethod
    def now(cls, store: Store) -> Self:
        """Return what `store` knows now: as of a moment ago, when all that belongs to it has come."""
        return cls(store=store, moment=store.clock.moment())

    @property
    def planes(self) -> Sequence[Key]:
        """The planes that are known without asking."""
        return self.store.planes

    async def instant(self, expression: str) -> list[Sample]:
        """Evaluate `expression` at the moment."""
        return await self.store.instant(expression, self.moment)

    async def instants(self, *expressions: str) -> list[list[Sample]]:
        """Evaluate every expression at the moment, side by side; the answers come in the order of the questions."""
        return await asyncio.gather(*(self.instant(expression) for expression in expressions))

    async def range(self, expression: str, *, start: int, end: int, step: int) -> list[Line]:
        """Evaluate `expression` every `step` seconds from `start` to `end` (unix seconds), which the moment bounds."""
        return await self.store.range(expression, start=start, end=end, step=step)

    def within(self, scope: Scope) -> Self:
        """Return what answers for the planes in scope, at the same moment."""
        return type(self)(store=self.store.within(scope), moment=self.moment)

    async def silent(self) -> dict[Key, str]:
        """Return the planes whose store does not answer, with the reason."""
        return await self.store.silent(self.moment)

    async def scrape_errors(self) -> dict[Key, str]:
        """Return, by plane, why its last scrape failed, where the store says so; that is of now, not of the moment."""
        return await self.store.scrape_errors()
