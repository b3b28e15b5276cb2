"""How a data plane is, assessed from what Prometheus knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.console.models import Alert, State


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the stack says of a plane; as here where the store has no word of it.

    The limits are those of HighErrorRate and HighLatency (a ratio, seconds): the state shows at once what these alerts
    say after their `for`. `pods` is how many pods of each workload run at least, where the store knows of pods.
    """

    collectors: int = 0
    silence_is_normal: bool = False
    error_ratio: float = 0.05
    latency_seconds: float = 1.0
    pods: Mapping[str, int] = field(default_factory=dict)


JUDGED_SECONDS = 300
ENOUGH_REQUESTS = 20
"""As in those alerts: ratio and quantile are assessed over five minutes, and only with this many requests in them."""

MISSED_SCRAPES = 3
"""A target not scraped for more than this many intervals counts as gone: Prometheus no longer knows it."""


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What a plane's state is read from.

    `age` is seconds since the last scrape; `requests`, `error_ratio` and `p95` (seconds) are of the last
    JUDGED_SECONDS; `alerts` are the firing ones. `odd` says why one of these figures cannot be told. `up` of `targets`
    answered their last scrape, `current` of those are still there; `scrape_error` is why one did not. `ready` is how
    many pods of each workload are.
    """

    expected: Expected = Expected()
    current: int = 0
    ready: Mapping[str, int] = field(default_factory=dict)
    up: int
    targets: int
    scrape_error: str | None = None
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
        if signs.expected.collectors:
            return State.MISSING, f"expected, but not seen{age}"
        return State.UNKNOWN, f"not scraped{age}"
    if (reason := _down(signs)) is not None:
        return State.DOWN, reason
    if (reason := _degraded(signs)) is not None:
        return State.DEGRADED, reason
    return State.UP, None if signs.reporting else "its applications send nothing, which its settings call normal"


def _down(signs: Signs) -> str | None:
    if signs.up == 0:
        return f"its collector cannot be scraped{_because(signs)}"
    for alert in signs.alerts:
        if alert.name == "DataPlaneDown":
            return f"alert DataPlaneDown is firing ({alert.labels.get('reason', alert.severity)})"
    return None if signs.reporting or signs.expected.silence_is_normal else "its application sends no metrics"


def _degraded(signs: Signs) -> str | None:
    if signs.up < signs.targets:
        return f"{signs.targets - signs.up} of {signs.targets} collectors cannot be scraped{_because(signs)}"
    if (reason := _fewer(signs)) is not None:
        return reason
    limits = signs.expected
    enough = signs.requests is not None and signs.requests >= ENOUGH_REQUESTS
    if enough and signs.error_ratio is not None and signs.error_ratio > limits.error_ratio:
        return f"error rate {100 * signs.error_ratio:.1f} % is over {100 * limits.error_ratio:g} %"
    if enough and signs.p95 is not None and signs.p95 > limits.latency_seconds:
        return f"p95 latency {signs.p95:.3g} s is over {limits.latency_seconds:g} s"
    if signs.alerts:
        return f"alert {signs.alerts[0].name} is firing"
    # A figure that cannot be judged is not within its limit.
    return signs.odd


def _fewer(signs: Signs) -> str | None:
    if signs.current < signs.expected.collectors:
        return f"only {signs.current} of {signs.expected.collectors} expected collectors answer scrapes"
    for workload, expected in sorted(signs.expected.pods.items()):
        ready = signs.ready.get(workload, 0)
        if ready < expected:
            return (
                f"{f'only {ready}' if ready else 'none'} of {expected} expected pods of {workload} {_are(ready)} ready"
            )
    return None


def _are(count: int) -> str:
    return "are" if count > 1 else "is"


def _because(signs: Signs) -> str:
    return "" if signs.scrape_error is None else f": {signs.scrape_error}"
