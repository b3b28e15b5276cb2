"""How a data plane is, assessed from what Prometheus knows of it."""

from dataclasses import dataclass

from apps.console.models import Alert, State

ERROR_RATIO_LIMIT = 0.05
LATENCY_LIMIT_SECONDS = 1.0
"""Thresholds of the alerts HighErrorRate and HighLatency: the state shows at once what they say after their `for`."""

JUDGED_SECONDS = 300
ENOUGH_REQUESTS = 20
"""As in those alerts: ratio and quantile are assessed over five minutes, and only with this many requests in them."""

MISSED_SCRAPES = 3
"""A target not scraped for more than this many intervals counts as unknown: Prometheus no longer knows it."""


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What a plane's state is read from.

    `age` is seconds since the last scrape; `requests`, `error_ratio` and `p95` (seconds) are of the last
    JUDGED_SECONDS; `alerts` are the firing ones. `odd` says why one of these figures cannot be told.
    """

    up: int
    targets: int
    age: float | None
    reporting: bool
    requests: float | None
    error_ratio: float | None
    p95: float | None
    alerts: tuple[Alert, ...]
    odd: str | None = None


def assess(signs: Signs, up_interval: int) -> tuple[State, str | None]:
    """Return a plane's state and, unless it is up, the reason; the gravest finding wins.

    `up_interval` is the seconds between two samples of `up`.
    """
    if signs.age is None or signs.age > (MISSED_SCRAPES + 0.5) * up_interval:
        age = "" if signs.age is None else f" for {signs.age:.0f} s"
        return State.UNKNOWN, f"not scraped{age}"
    if (reason := _down(signs)) is not None:
        return State.DOWN, reason
    if (reason := _degraded(signs)) is not None:
        return State.DEGRADED, reason
    return State.UP, None


def _down(signs: Signs) -> str | None:
    if signs.up == 0:
        return "its collector does not answer scrapes"
    for alert in signs.alerts:
        if alert.name == "DataPlaneDown":
            return f"alert DataPlaneDown is firing ({alert.labels.get('reason', alert.severity)})"
    return None if signs.reporting else "its application sends no metrics"


def _degraded(signs: Signs) -> str | None:
    if signs.up < signs.targets:
        return f"{signs.targets - signs.up} of {signs.targets} collectors do not answer scrapes"
    enough = signs.requests is not None and signs.requests >= ENOUGH_REQUESTS
    if enough and signs.error_ratio is not None and signs.error_ratio > ERROR_RATIO_LIMIT:
        return f"error rate {100 * signs.error_ratio:.1f} % is over {100 * ERROR_RATIO_LIMIT:.0f} %"
    if enough and signs.p95 is not None and signs.p95 > LATENCY_LIMIT_SECONDS:
        return f"p95 latency {signs.p95:.3g} s is over {LATENCY_LIMIT_SECONDS:g} s"
    if signs.alerts:
        return f"alert {signs.alerts[0].name} is firing"
    # A figure that cannot be judged is not within its limit.
    return signs.odd
