"""Metrics of make-believe data planes: the same numbers for the past (backfill) and the present (scrape)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
DURATION = "http_server_request_duration_seconds"


class Mode(StrEnum):
    """What a scrape of the plane meets."""

    FINE = "fine"
    REFUSES = "refuses"
    SILENT = "silent"


@dataclass
class FakePlane:
    """A plane with about `rate` requests a second of `median` seconds, of which `errors` (0 to 1) end with 500.

    The share `unanswered` ends with an error before there is a status. `more` is exposed beside them as it stands. A
    scrape of it takes `scrape_seconds`.
    """

    id: str
    environment: str
    rate: float
    median: float
    errors: float
    mode: Mode = field(default=Mode.FINE)
    scrape_seconds: float = 0
    unanswered: float = 0
    more: str = ""

    def requests(self, now: float) -> float:
        """Requests since the epoch of this plane: the integral of a rate that swings by a third within 20 minutes."""
        turn = 2 * math.pi / 1200
        since = now - 1_700_000_000
        return self.rate * (since + math.sin(turn * since + self.median * 40) / turn / 3)

    def faster_than(self, bound: float) -> float:
        """Share of requests that take at most `bound` seconds (log-normal)."""
        return 0.5 * (1 + math.erf(math.log(bound / self.median) / (0.6 * math.sqrt(2))))

    def samples(self, now: float) -> Iterator[tuple[str, str, float]]:
        """(family, sample name with labels, value) of everything the plane's collector exposes."""
        requests = self.requests(now)
        yield (
            "http_server_active_requests",
            'http_server_active_requests{http_request_method="GET"}',
            round(self.rate * self.median * (1.5 + math.sin(now / 60)), 0),
        )
        for outcome, share in (
            ('http_response_status_code="200"', 0.97 - self.errors - self.unanswered),
            ('http_response_status_code="404"', 0.03),
            ('http_response_status_code="500"', self.errors),
            ('error_type="timeout"', self.unanswered),
        ):
            if share <= 0:
                continue
            count = math.floor(requests * share)
            labels = f'http_request_method="GET",{outcome},http_route="/api/products"'
            for bound in BOUNDS:
                yield (
                    DURATION,
                    f'{DURATION}_bucket{{{labels},le="{bound}"}}',
                    math.floor(count * self.faster_than(bound)),
                )
            yield DURATION, f'{DURATION}_bucket{{{labels},le="+Inf"}}', count
            yield DURATION, f"{DURATION}_count{{{labels}}}", count
            yield DURATION, f"{DURATION}_sum{{{labels}}}", count * self.median * 1.2


def exposition(plane: FakePlane, now: float) -> str:
    """The plane's metrics in the text format that a scrape answers with."""
    families = {"http_server_active_requests": "gauge", DURATION: "histogram"}
    lines = [f"# TYPE {family} {kind}" for family, kind in families.items()]
    by_family = {family: [line for name, line, _ in plane.samples(now) if name == family] for family in families}
    values = {line: value for _, line, value in plane.samples(now)}
    told = [lines[0], *_lines(by_family, values, 0), lines[1], *_lines(by_family, values, 1)]
    return "\n".join([*told, plane.more, ""])


def _lines(by_family: dict[str, list[str]], values: dict[str, float], index: int) -> list[str]:
    return [f"{line} {values[line]}" for line in list(by_family.values())[index]]


def history(planes: list[FakePlane], times: list[float], instance: str) -> Iterator[str]:
    """OpenMetrics text of every plane at `times` (unix seconds, ascending) with the labels a scrape would add."""
    for family, kind in (("http_server_active_requests", "gauge"), (DURATION, "histogram")):
        yield f"# TYPE {family} {kind}"
        for plane in planes:
            environment = plane.environment.replace("\\", "\\\\").replace('"', '\\"')
            own = f'environment="{environment}",data_plane_id="{plane.id}",job="data-plane",instance="{instance}"'
            for now in times:
                for name, line, value in plane.samples(now):
                    if name == family:
                        yield f"{line[:-1]},{own}}} {value} {now:.0f}"
    yield "# EOF"
