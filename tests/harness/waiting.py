"""Waiting for something to come true, with a bound and a message that says what was seen last."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def wait_until(
    look: Callable[[], Seen],
    enough: Callable[[Seen], bool] = bool,
    *,
    within_s: float,
    what: str,
    every_s: float = 0.25,
) -> Seen:
    """Call ``look`` until ``enough`` accepts what it returned; returns that. AssertionError after ``within_s``."""
    started = time.monotonic()
    while True:
        seen = look()
        if enough(seen):
            return seen
        waited = time.monotonic() - started
        assert waited < within_s, f"{what}: not within {within_s:g} s; last seen: {seen!r}"
        time.sleep(every_s)
