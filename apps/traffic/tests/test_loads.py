import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.traffic.loads import MAX_RATE, MAX_SECONDS, MIN_RATE, Load, LoadError, Pattern, check_total, make_load

RATES = st.floats(MIN_RATE, MAX_RATE)


@st.composite
def loads(draw: st.DrawFn) -> Load:
    rate = draw(RATES)
    peak = draw(st.floats(rate, MAX_RATE))
    return Load(pattern=draw(st.sampled_from(Pattern)), rate=rate, peak=peak, seconds=draw(st.floats(1, MAX_SECONDS)))


@given(loads(), st.floats(-10, MAX_SECONDS * 2))
def test_the_rate_is_within_its_bounds_and_0_outside_the_run(load: Load, second: float) -> None:
    rate = load.rate_at(second)
    if 0 <= second < load.seconds:
        assert load.rate * (1 - 1e-9) <= rate <= load.highest * (1 + 1e-9)
    else:
        assert rate == 0


@given(loads(), st.floats(0, 1.2))
def test_wanted_requests_are_the_area_under_the_rate(load: Load, share: float) -> None:
    end = share * load.seconds
    steps = 2000
    width = end / steps
    area = sum(load.rate_at((step + 0.5) * width) for step in range(steps)) * width
    # A step of the spike may fall on either side of an edge: two edges, each at most one step of the full height.
    assert math.isclose(load.wanted_until(end), area, rel_tol=1e-6, abs_tol=3 * load.highest * width + 1e-9)


@given(loads(), st.floats(1, MAX_SECONDS), st.floats(0, 0.999))
def test_another_duration_keeps_the_curve(load: Load, seconds: float, share: float) -> None:
    other = load.lasting(seconds)
    edges = (0.4, 0.6)
    if all(abs(share - edge) > 1e-6 for edge in edges):
        assert math.isclose(other.rate_at(share * seconds), load.rate_at(share * load.seconds), rel_tol=1e-6)


@given(RATES, st.sampled_from(Pattern), st.integers(1, 5))
def test_a_peak_that_is_not_given_is_allowed(rate: float, pattern: Pattern, targets: int) -> None:
    load = make_load(pattern, rate, 60, targets=targets)
    assert rate <= load.peak <= MAX_RATE
    if rate * targets <= MAX_RATE:
        check_total([load] * targets)


def test_the_reference_spike_goes_from_10_to_200() -> None:
    load = make_load(Pattern.SPIKE, 10, 60)
    assert [load.rate_at(second) for second in (0, 23.9, 24, 35.9, 36, 59.9, 60)] == [10, 10, 200, 200, 10, 10, 0]


def test_a_ramp_climbs_evenly() -> None:
    load = make_load(Pattern.RAMP, 10, 100, peak=110)
    assert [load.rate_at(second) for second in (0, 25, 50, 75)] == [10, 35, 60, 85]


@pytest.mark.parametrize(
    ("rate", "peak", "seconds", "named"),
    [
        (0, 1, 60, "rate"),
        (501, 501, 60, "rate"),
        (math.nan, 1, 60, "rate"),
        (10, 5, 60, "peak"),
        (10, 501, 60, "peak"),
        (10, 20, 0, "duration"),
        (10, 20, 3601, "duration"),
        (10, 20, math.inf, "duration"),
    ],
)
def test_a_load_out_of_bounds_is_refused_by_name(rate: float, peak: float, seconds: float, named: str) -> None:
    with pytest.raises(LoadError, match=rf"^{named} must be .*\(got "):
        Load(pattern=Pattern.RAMP, rate=rate, peak=peak, seconds=seconds)


def test_targets_together_stay_below_the_limit_too() -> None:
    with pytest.raises(LoadError, match=r"all targets together must get ≤ 500 requests a second \(got up to 600\)"):
        check_total([make_load(Pattern.STEADY, 200, 60)] * 3)
