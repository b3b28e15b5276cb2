"""`python -m apps.api`: serve until told to stop, then finish what is running and send the last metrics."""

import os
import signal
import sys
from types import FrameType
from typing import Final, NoReturn

import uvicorn

from .app import create_app
from .logs import configure_logging
from .settings import SettingsError, load_settings
from .telemetry import Telemetry

# With the flush (5 s) this stays below the 10 s after which `docker stop` kills; the slowest request takes 2 s.
DRAIN_SECONDS: Final = 4


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def main() -> int:
    """Run the service; returns the exit code: 0 after a stop, 2 for a bad environment."""
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        for problem in error.problems:
            sys.stderr.write(f"error: {problem}\n")
        return 2
    configure_logging()
    # The server raises the signal that stopped it once more when it is done: a wanted stop ends with 0 all the same.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _leave)
    telemetry = Telemetry(settings)
    try:
        uvicorn.Server(
            uvicorn.Config(
                create_app(settings, telemetry),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,  # metrics tell the same at a fraction of the cost
                server_header=False,
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        ).run()
    finally:
        telemetry.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
