"""Log lines: plain, on stderr, and few of them when the collector is away."""

import logging
import sys
import time
from collections.abc import Callable

QUIET_SECONDS = 60.0


class TelemetryQuiet(logging.Filter):
    """Lets one line a minute of the telemetry SDK pass, without traceback.

    A collector that is away makes the SDK complain at every export, once a second here. What was held back is
    counted in the next line that passes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._next = float("-inf")
        self._held_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is written; shortens the one that is."""
        if not record.name.startswith("opentelemetry"):
            return True
        now = self._clock()
        if now < self._next:
            self._held_back += 1
            return False
        self._next = now + QUIET_SECONDS
        held_back = f" ({self._held_back} more held back)" if self._held_back else ""
        record.msg, record.args = f"telemetry: {record.getMessage()}{held_back}", None
        record.exc_info = record.exc_text = record.stack_info = None
        self._held_back = 0
        return True


def configure_logging() -> None:
    """Send everything of level INFO and above to stderr, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(TelemetryQuiet())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
