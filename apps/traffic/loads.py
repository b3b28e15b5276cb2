"""How many requests per second are wanted at each moment: pure functions of time."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

MIN_RATE: Final = 0.1
MAX_RATE: Final = 500.0
MAX_SECONDS: Final = 3600.0
PEAK_FACTOR: Final = 20.0  # the reference spike is 10 -> 200 requests a second

SPIKE_STARTS: Final = 0.4  # as a share of the duration
SPIKE_ENDS: Final = 0.6


class Pattern(StrEnum):
    """The form of the curve."""

    STEADY = "steady"
    SPIKE = "spike"
    RAMP = "ramp"


class LoadError(ValueError):
    """A load that is not allowed; the message says what is."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """Requests per second over `seconds`: from `rate`, at most `peak` (the same as `rate` when steady)."""

    pattern: Pattern
    rate: float
    peak: float
    seconds: float

    def __post_init__(self) -> None:
        """Refuse what is out of bounds, NaN included. Raises LoadError."""
        if not MIN_RATE <= self.rate <= MAX_RATE:
            raise LoadError(f"rate must be {MIN_RATE:g} to {MAX_RATE:g} requests a second (got {self.rate:g})")
        if not self.rate <= self.peak <= MAX_RATE:
            raise LoadError(
                f"peak must be between the rate ({self.rate:g}) and {MAX_RATE:g} requests a second (got {self.peak:g})"
            )
        if not 1 <= self.seconds <= MAX_SECONDS:
            raise LoadError(f"duration must be 1 to {MAX_SECONDS:g} seconds (got {self.seconds:g})")

    @property
    def highest(self) -> float:
        """The most requests per second that this load ever wants."""
        return self.rate if self.pattern is Pattern.STEADY else self.peak

    def rate_at(self, second: float) -> float:
        """Say how many requests per second are wanted at `second`; 0 before the start and from the end on."""
        if not 0 <= second < self.seconds:
            return 0.0
        share = second / self.seconds
        match self.pattern:
            case Pattern.STEADY:
                return self.rate
            case Pattern.SPIKE:
                return self.peak if SPIKE_STARTS <= share < SPIKE_ENDS else self.rate
            case Pattern.RAMP:
                return self.rate + (self.peak - self.rate) * share
        assert_never(self.pattern)

    def wanted_until(self, second: float) -> float:
        """Count the requests wanted from the start until `second`: the area under `rate_at`."""
        elapsed = min(max(second, 0.0), self.seconds)
        match self.pattern:
            case Pattern.STEADY:
                return self.rate * elapsed
            case Pattern.SPIKE:
                spike = min(max(elapsed - SPIKE_STARTS * self.seconds, 0.0), (SPIKE_ENDS - SPIKE_STARTS) * self.seconds)
                return self.rate * elapsed + (self.peak - self.rate) * spike
            case Pattern.RAMP:
                return self.rate * elapsed + (self.peak - self.rate) * elapsed**2 / (2 * self.seconds)
        assert_never(self.pattern)

    def lasting(self, seconds: float) -> "Load":
        """Stretch or press the same curve to another duration."""
        return replace(self, seconds=seconds)


def make_load(pattern: Pattern, rate: float, seconds: float, peak: float | None = None, targets: int = 1) -> Load:
    """Make the load of each of `targets`; without a peak, 20 times the rate or what all targets together may get.

    Raises LoadError.
    """
    if peak is None:
        peak = rate if pattern is Pattern.STEADY else max(rate, min(rate * PEAK_FACTOR, MAX_RATE / max(targets, 1)))
    return Load(pattern=pattern, rate=rate, peak=peak, seconds=seconds)


def check_total(loads: list[Load]) -> None:
    """Refuse loads that together may want more than MAX_RATE. Raises LoadError."""
    total = sum(load.highest for load in loads)
    if total > MAX_RATE:
        raise LoadError(f"all targets together must get ≤ {MAX_RATE:g} requests a second (got up to {total:g})")
