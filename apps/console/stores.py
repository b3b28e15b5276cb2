"""Several metrics stores, of which each has one data plane, asked as one.

A store's plane is known from where it is asked, not from what it says: what claims to be another plane's is left out,
and all else carries the plane's labels.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from apps.console import promql
from apps.console.answers import Line, Sample
from apps.console.clock import Clock
from apps.console.problems import ProblemError
from apps.console.prometheus import Prometheus, PrometheusTimeoutError, PrometheusUnreachableError
from apps.console.promql import Key, Scope

REST_SECONDS = 10.0
"""How long a store that cannot be reached is left alone: else each page would wait for it, and again for each part."""

Answer = TypeVar("Answer")
Element = TypeVar("Element", Sample, Line)


class PlaneStores:
    """Asks the store of every plane at once; what one answers is there whatever the others do.

    Each evaluates the expression by itself: what sums over planes comes back once for each of them. Methods raise what
    a store raised when none has an answer. `clock` is that of all of them: they are one service's.
    """

    def __init__(self, stores: Mapping[Key, Prometheus], clock: Clock, *, rest_seconds: float = REST_SECONDS) -> None:
        self.clock = clock
        self._stores = dict(sorted(stores.items()))
        self._rest_seconds = rest_seconds
        self._rests: dict[Key, tuple[float, str]] = {}

    @property
    def planes(self) -> Sequence[Key]:
        """The planes whose stores these are."""
        return tuple(self._stores)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(store.close() for store in self._stores.values()))

    async def instant(self, expression: str, at: float) -> list[Sample]:
        """Evaluate `expression` at a time (unix seconds), the same one in every store."""
        return _own(await self._each(lambda store: store.instant(expression, at)))

    async def range(self, expression: str, *, start: int, end: int, step: int) -> list[Line]:
        """Evaluate `expression` every `step` seconds from `start` to `end` (unix seconds)."""
        return _own(await self._each(lambda store: store.range(expression, start=start, end=end, step=step)))

    def within(self, scope: Scope) -> "PlaneStores":
        """Return the stores of the planes in scope; what is known of them stays known."""
        stores = {key: store for key, store in self._stores.items() if scope.covers(key)}
        chosen = PlaneStores(stores, self.clock, rest_seconds=self._rest_seconds)
        chosen._rests = self._rests
        return chosen

    async def silent(self, at: float) -> dict[Key, str]:
        """Return the planes whose store does not answer, with the reason."""
        # What every page asks for its moment, and so an answer that is kept already.
        found = await self._outcomes(lambda store: store.instant(promql.targets_up(), at))
        return {key: outcome.detail for key, outcome in found.items() if isinstance(outcome, ProblemError)}

    async def scrape_errors(self) -> dict[Key, str]:
        """Return nothing: no store scrapes, collectors write."""
        return {}

    async def forward(self, method: str, path: str, parameters: Sequence[tuple[str, str]]) -> dict[Key, object]:
        """Put somebody else's question to every store; returns what each has under `data`, or its ProblemError."""
        found = await asyncio.gather(
            *(store.forward(method, path, parameters) for store in self._stores.values()), return_exceptions=True
        )
        return _known(dict(zip(self._stores, found, strict=True)))

    async def _each(self, ask: Callable[[Prometheus], Awaitable[Answer]]) -> dict[Key, Answer]:
        found = await self._outcomes(ask)
        answers = {key: outcome for key, outcome in found.items() if not isinstance(outcome, ProblemError)}
        if not answers:
            raise next(outcome for outcome in found.values() if isinstance(outcome, ProblemError))
        return answers

    async def _outcomes(self, ask: Callable[[Prometheus], Awaitable[Answer]]) -> dict[Key, Answer | ProblemError]:
        asked = (self._unless_resting(key, store, ask) for key, store in self._stores.items())
        found = await asyncio.gather(*asked, return_exceptions=True)
        return _known(dict(zip(self._stores, found, strict=True)))

    async def _unless_resting(
        self, key: Key, store: Prometheus, ask: Callable[[Prometheus], Awaitable[Answer]]
    ) -> Answer:
        until, detail = self._rests.get(key, (0.0, ""))
        if time.monotonic() < until:
            raise PrometheusUnreachableError(detail)
        try:
            return await ask(store)
        except (PrometheusTimeoutError, PrometheusUnreachableError) as error:
            self._rests[key] = time.monotonic() + self._rest_seconds, error.detail
            raise


def stamped(labels: Mapping[str, str], key: Key) -> dict[str, str] | None:
    """Return labels from the store of plane `key` with the plane's own; None for those that claim another."""
    own = dict(zip(("environment", "data_plane_id"), key, strict=True))
    return {**labels, **own} if all(labels.get(name, value) == value for name, value in own.items()) else None


def _own(answers: Mapping[Key, list[Element]]) -> list[Element]:
    return [
        element.model_copy(update={"metric": labels})
        for key, elements in answers.items()
        for element in elements
        if (labels := stamped(element.metric, key)) is not None
    ]


def _known(outcomes: Mapping[Key, Answer | BaseException]) -> dict[Key, Answer | ProblemError]:
    """Return answers and problems; what else went wrong is raised."""
    found: dict[Key, Answer | ProblemError] = {}
    for key, outcome in outcomes.items():
        if isinstance(outcome, BaseException) and not isinstance(outcome, ProblemError):
            raise outcome
        found[key] = outcome
    return found
