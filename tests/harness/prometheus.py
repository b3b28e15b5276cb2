"""A Prometheus HTTP API, as tests ask it."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.harness.waiting import wait_until

Labels = dict[str, str]
# A sample bears the time at which its scrape began, and is there once that ends: within its timeout of 5 s.
_SCRAPED_S = 6


def settled() -> float:
    """Return the newest moment (unix seconds) of which nothing more will be stored."""
    return time.time() - _SCRAPED_S


@dataclass(frozen=True, kw_only=True)
class Store:
    """The API at ``url`` (without ``/api/v1``); ``auth`` adds who asks, where that matters."""

    url: str
    auth: httpx.Auth | None = None

    def wait_ready(self, within_s: float = 60) -> None:
        """Wait until it answers queries: healthy it is sooner, while it still reads its log."""
        wait_until(self._is_ready, within_s=within_s, what=f"{self.url} is ready")

    def _is_ready(self) -> bool:
        try:
            # A question of no store: a managed one has no page that says ready.
            return self.value("vector(1)") == 1
        except httpx.HTTPError:
            return False

    def get(self, path: str, **parameters: str | float) -> Any:
        """Return ``data`` of an answer under ``/api/v1``; raises ``httpx.HTTPError``."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, auth=self.auth, timeout=10, trust_env=False)
        return answer.raise_for_status().json()["data"]

    def vector(self, expression: str) -> list[tuple[Labels, float]]:
        """Return labels and values of an instant query."""
        return [(row["metric"], float(row["value"][1])) for row in self.get("query", query=expression)["result"]]

    def value(self, expression: str) -> float | None:
        """Return the value of a query with one result; None when it has none."""
        rows = self.vector(expression)
        assert len(rows) <= 1, f"{expression} has {len(rows)} results"
        return rows[0][1] if rows else None

    def samples(self, selector: str, *, until: float, seconds: int) -> dict[tuple[tuple[str, str], ...], list[Any]]:
        """Return every stored sample of the ``seconds`` before ``until`` (unix seconds), by sorted labels."""
        rows = self.get("query", query=f"{selector}[{seconds}s]", time=until)["result"]
        return {tuple(sorted(row["metric"].items())): row["values"] for row in rows}
