"""Imports what a program needs while the engine waits for a policy pack to start: two interpreters on two cores."""

import contextlib
import importlib
import os
import threading

from toolchain.obtain.stand_ins import IMPORT_AHEAD
from toolchain.standins.servicer import stubs


class Ahead:
    """The import of all that a program run needs, begun before the engine asks for the run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begin it in a thread, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=_load, name="planewatch-imports", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait for its end; returns at once where nothing was begun. What failed fails again when it is needed."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()


def _load() -> None:
    with contextlib.suppress(ImportError):
        stubs.with_the_sdk()
        from toolchain.standins.language import program  # noqa: F401, PLC0415  for its imports
    for name in os.environ.get(IMPORT_AHEAD, "").split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
