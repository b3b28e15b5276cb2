"""How long AWS keeps logs."""

from typing import Annotated

from pydantic import AfterValidator

from config.model import one_of, unit

# The retention periods that CloudWatch Logs knows, in days.
PERIODS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def _is_a_period(days: int) -> int:
    if days not in PERIODS:
        raise ValueError(f"be one of {', '.join(map(str, PERIODS))}")
    return days


# No Literal: that would take `true` for 1.
LogRetention = Annotated[int, AfterValidator(_is_a_period), one_of(PERIODS), unit("days")]
