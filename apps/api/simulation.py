"""Pretended work: how long an endpoint takes and whether a payment fails."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WorkTime:
    """A range of seconds from which the time of each request is drawn evenly."""

    low: float
    high: float


PRODUCTS = WorkTime(0.010, 0.050)
ORDERS = WorkTime(0.050, 0.200)
SEARCH = WorkTime(0.020, 0.100)
SLOW_REPORTS = WorkTime(0.500, 2.000)
QUICK_REPORTS = ORDERS  # without slow requests a report takes no longer than the other endpoints that write
PAYMENTS = WorkTime(0.100, 0.300)


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Dice and clock of one process; tests give a seeded generator and a sleep that returns at once."""

    error_rate: float
    slow_requests: bool
    rng: random.Random = field(default_factory=random.Random)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def work(self, time: WorkTime) -> None:
        """Take a while, without keeping other requests from being served."""
        await self.sleep(self.rng.uniform(time.low, time.high))

    @property
    def reports(self) -> WorkTime:
        """How long a report takes."""
        return SLOW_REPORTS if self.slow_requests else QUICK_REPORTS

    def payment_fails(self) -> bool:
        """Throw the dice for one payment: true in the share `error_rate` of all calls."""
        return self.rng.random() < self.error_rate  # random() < 1 always, so 0 never and 1 always fails
