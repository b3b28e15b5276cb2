"""The time ranges a view can have, and how finely each is drawn."""

from dataclasses import dataclass
from enum import StrEnum


class Range(StrEnum):
    """How far back a view looks."""

    MINUTES_5 = "5m"
    MINUTES_15 = "15m"
    HOUR = "1h"
    HOURS_6 = "6h"
    DAY = "24h"

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return {"5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "24h": 86400}[self.value]

    @property
    def step(self) -> int:
        """Seconds between two points of a chart: 60 to 288 points a line.

        The short ranges take 5 s although scrapes are 10 s apart: the grid is aligned to the step, and a coarser one
        would hold back the newest sample past the 30 s in which a request has to be on the console.
        """
        return {"5m": 5, "15m": 5, "1h": 30, "6h": 120, "24h": 300}[self.value]


@dataclass(frozen=True, kw_only=True)
class View:
    """What a page looks at: `all` or one environment, all of its planes or one, and how far back."""

    environment: str
    plane: str | None
    range: Range


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Points in time of a chart: unix seconds, both ends included, aligned so that a refresh moves no old point."""

    start: int
    end: int
    step: int

    @classmethod
    def ending(cls, now: float, span: Range) -> "Grid":
        """Return the newest grid of `span` that ends at or before `now`."""
        end = int(now) // span.step * span.step
        return cls(start=end - span.seconds, end=end, step=span.step)

    @property
    def timestamps(self) -> list[int]:
        """Every point."""
        return list(range(self.start, self.end + 1, self.step))


def rate_window(scrape_interval: int, step: int) -> int:
    """Return the seconds a rate looks back: four scrapes survive a lost one; under a step, points would skip data."""
    return max(4 * scrape_interval, step)
