"""The moment of an answer: settled, fresh, shared for a while, and by the store's clock."""

from email.utils import formatdate

import pytest

from apps.console.clock import SETTLED_SECONDS, SHARED_SECONDS, Clock
from apps.console.metrics import Metrics
from apps.console.prometheus import Prometheus
from apps.console.tests.upstream import Upstream, running

NOON = 1_800_000_000.0
TOOK = 0.01


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def test_a_moment_is_settled_and_within_what_freshness_leaves() -> None:
    time = Time()
    clock = Clock(time)
    first = clock.moment()
    assert first == NOON - SETTLED_SECONDS
    for later in (0.0, 0.5, 0.99 * SHARED_SECONDS):
        time.now = NOON + later
        assert clock.moment() == first
    time.now = NOON + SHARED_SECONDS
    assert clock.moment() == time.now - SETTLED_SECONDS
    # Of the 30 s, scrape, refresh and the points of a chart leave three.
    assert SETTLED_SECONDS + SHARED_SECONDS <= 2


def test_a_clock_that_is_set_back_leaves_no_moment_in_the_future() -> None:
    time = Time()
    clock = Clock(time)
    clock.moment()
    time.now = NOON - 60
    assert clock.moment() == NOON - 60 - SETTLED_SECONDS


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.999])
@pytest.mark.parametrize("age", [0.0, 0.99])
def test_dates_that_agree_change_nothing(fraction: float, age: float) -> None:
    time = Time()
    clock = Clock(time)
    time.now = NOON + fraction
    clock.hear(date(int(time.now - TOOK - age)), TOOK)
    assert clock.now() == time.now


@pytest.mark.parametrize(("ahead", "error"), [(-3600, 2), (-5, 2), (5, 1), (3600, 1)])
def test_the_clock_of_the_store_is_the_one_that_counts(ahead: float, error: float) -> None:
    time = Time()
    clock = Clock(time)
    clock.hear(date(int(NOON + ahead)), TOOK)
    assert clock.now() == pytest.approx(NOON + ahead, abs=error + TOOK)
    # And it is known the better the more it has told.
    for _ in range(100):
        time.now += 0.77
        clock.hear(date(int(time.now + ahead)), TOOK)
    assert -0.1 <= clock.now() - time.now - ahead <= error - 1 + 0.1


@pytest.mark.parametrize("text", [None, "", "yesterday", "Mon, 99 Nov 2026 00:00:00 GMT"])
def test_what_is_no_date_changes_nothing(text: str | None) -> None:
    clock = Clock(Time())
    clock.hear(text, TOOK)
    assert clock.now() == NOON


async def test_a_store_is_asked_by_its_own_clock() -> None:
    upstream = Upstream(ahead=3600)
    upstream.open.set()
    with running(upstream):
        prometheus = Prometheus(upstream.url)
        before = Metrics.now(prometheus)
        await before.instant("up")
        # The pages after it are asked by what was heard.
        assert Metrics.now(prometheus).moment - before.moment == pytest.approx(3600, abs=2)
        await prometheus.close()
