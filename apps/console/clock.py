"""The moment that all questions of one answer are asked for, by the clock of the metrics store."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

SETTLED_SECONDS = 1.0
"""How far before now a moment lies at least.

A scrape bears the time at which it began; what it brought is there some 10 ms later, and up to a second later where an
agent writes it to Managed Prometheus. For a moment closer to now, of two questions the second could know more.
"""

SHARED_SECONDS = 1.0
"""How long one moment serves everybody: pages asked at once share their questions.

Both are bound by the freshness promise: request to console in 30 s, of which scrape and refresh take up to 21 s and the
distance between two points of a chart 5 s.
"""

_DATE_SECONDS = 2.0
"""A date names whole seconds, and some servers make its text only once a second."""


class Clock:
    """Tells the store's time: this machine's, corrected where the dates of the store's answers contradict it.

    A console whose clock is late would otherwise ask for a time before the newest samples, and one whose clock is early
    for a time at which nothing is stored yet. Times are unix seconds.
    """

    def __init__(self, timer: Callable[[], float] = time.time) -> None:
        self._timer = timer
        self._offset = 0.0
        self._moment = float("-inf")

    def now(self) -> float:
        """Return the store's time."""
        return self._timer() + self._offset

    def moment(self) -> float:
        """Return the moment of an answer that is asked for now: SETTLED_SECONDS ago, and up to SHARED_SECONDS more."""
        latest = self.now() - SETTLED_SECONDS
        if not 0 <= latest - self._moment < SHARED_SECONDS:
            self._moment = latest
        return self._moment

    def hear(self, date: str | None, took: float) -> None:
        """Take in the `Date` header of an answer that has just come, `took` seconds after it was asked for."""
        try:
            told = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return
        heard = self._timer()
        earliest, latest = told - heard, told + _DATE_SECONDS - (heard - took)
        self._offset = min(max(self._offset, earliest), latest)
