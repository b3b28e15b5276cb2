"""Business counters. The names are the OTLP ones; a Prometheus exporter adds `_total` and drops units in braces."""

from typing import Final, Literal

from opentelemetry.metrics import Meter

Outcome = Literal["success", "failure"]


class BusinessMetrics:
    """What the shop did, counted from the start of the process."""

    def __init__(self, meter: Meter) -> None:
        self._orders: Final = meter.create_counter("orders.created", "{order}", "Orders taken")
        self._payments: Final = meter.create_counter("payments.processed", "{payment}", "Payment attempts, by outcome")
        self._searches: Final = meter.create_counter("searches", "{search}", "Searches answered")
        self._reports: Final = meter.create_counter("reports.generated", "{report}", "Reports made")
        # A series that appears with its first event hides that event from rate(): all start at 0 at once.
        for counter in (self._orders, self._searches, self._reports):
            counter.add(0)
        for outcome in ("success", "failure"):
            self._payments.add(0, {"outcome": outcome})

    def order_created(self) -> None:
        """Count one order."""
        self._orders.add(1)

    def payment_processed(self, outcome: Outcome) -> None:
        """Count one payment that went through or failed."""
        self._payments.add(1, {"outcome": outcome})

    def search_done(self) -> None:
        """Count one search."""
        self._searches.add(1)

    def report_generated(self) -> None:
        """Count one report."""
        self._reports.add(1)
