"""How a plane's state is assessed: the gravest finding wins and is the reason."""

from dataclasses import replace

import pytest

from apps.console.models import Alert, AlertState, State
from apps.console.state import Expected, Signs, assess

FINE = Signs(up=1, targets=1, age=4, reporting=True, requests=500, error_ratio=0.01, p95=0.2, alerts=())


def alert(name: str, **labels: str) -> Alert:
    return Alert(
        name=name,
        severity="critical",
        state=AlertState.FIRING,
        environment="prod",
        data_plane_id="prod",
        active_since=None,
        labels=labels,
    )


def test_within_all_limits_is_up_without_a_reason() -> None:
    assert assess(FINE, 10) == (State.UP, None)


@pytest.mark.parametrize(
    ("signs", "state", "reason"),
    [
        (replace(FINE, age=None), State.UNKNOWN, "not scraped"),
        (replace(FINE, age=36), State.UNKNOWN, "not scraped for 36 s"),
        (replace(FINE, age=None, expected=Expected(collectors=1)), State.MISSING, "expected, but not seen"),
        (replace(FINE, age=36, expected=Expected(collectors=1)), State.MISSING, "expected, but not seen for 36 s"),
        (replace(FINE, up=0), State.DOWN, "cannot be scraped"),
        (
            replace(FINE, up=0, scrape_error="sample limit exceeded"),
            State.DOWN,
            "cannot be scraped: sample limit exceeded",
        ),
        (replace(FINE, reporting=False), State.DOWN, "sends no metrics"),
        (
            replace(FINE, alerts=(alert("DataPlaneDown", reason="silent"),)),
            State.DOWN,
            "DataPlaneDown is firing (silent)",
        ),
        (replace(FINE, targets=3), State.DEGRADED, "2 of 3 collectors"),
        (replace(FINE, targets=3, scrape_error="EOF"), State.DEGRADED, "2 of 3 collectors cannot be scraped: EOF"),
        (
            replace(FINE, current=1, expected=Expected(collectors=2)),
            State.DEGRADED,
            "only 1 of 2 expected collectors answer scrapes",
        ),
        (
            replace(FINE, error_ratio=0.51, expected=Expected(error_ratio=0.5)),
            State.DEGRADED,
            "error rate 51.0 % is over 50 %",
        ),
        (
            replace(FINE, p95=0.26, expected=Expected(latency_seconds=0.25)),
            State.DEGRADED,
            "p95 latency 0.26 s is over 0.25 s",
        ),
        (replace(FINE, error_ratio=0.0501), State.DEGRADED, "error rate 5.0 % is over 5 %"),
        (replace(FINE, p95=1.25), State.DEGRADED, "p95 latency 1.25 s is over 1 s"),
        (replace(FINE, alerts=(alert("Other"),)), State.DEGRADED, "alert Other is firing"),
        (replace(FINE, up=0, error_ratio=1, alerts=(alert("Other"),)), State.DOWN, "cannot be scraped"),
    ],
)
def test_findings(signs: Signs, state: State, reason: str) -> None:
    assessed, why = assess(signs, 10)
    assert assessed is state
    assert why is not None
    assert reason in why


def test_silence_that_is_normal_is_up_and_told() -> None:
    quiet = replace(FINE, reporting=False, expected=Expected(silence_is_normal=True))
    assert assess(quiet, 10) == (State.UP, "its applications send nothing, which its settings call normal")
    assert assess(replace(quiet, up=0), 10)[0] is State.DOWN


@pytest.mark.parametrize(
    "signs",
    [
        replace(FINE, age=34),
        replace(FINE, error_ratio=0.05),
        replace(FINE, p95=1.0),
        replace(FINE, error_ratio=0.5, expected=Expected(error_ratio=0.5)),
        replace(FINE, current=2, expected=Expected(collectors=2)),
    ],
)
def test_limits_themselves_are_fine(signs: Signs) -> None:
    assert assess(signs, 10)[0] is State.UP


def test_few_requests_are_not_assessed() -> None:
    assert assess(replace(FINE, requests=19, error_ratio=1, p95=9), 10)[0] is State.UP


def test_no_traffic_is_up() -> None:
    assert assess(replace(FINE, requests=None, error_ratio=None, p95=None), 10) == (State.UP, None)
