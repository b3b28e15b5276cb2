"""What a person sees while things are obtained: stages with times; live on a terminal, plain lines elsewhere.

Everything goes to standard error, so that a command's own output stays clean.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner

HEARTBEAT_SECONDS = 30.0
# A stage that found everything in place and took less than this is not worth a line.
QUIET_SECONDS = 1.0


class Stage:
    """One stage in progress: says what it does now and what it came to."""

    def __init__(self, title: str, changed: Callable[["Stage"], None]) -> None:
        self.title = title
        self.activity = ""
        self.outcome = ""
        self.worked = False
        self.started = time.monotonic()
        self._changed = changed

    @property
    def elapsed(self) -> float:
        """Seconds since the stage began."""
        return time.monotonic() - self.started

    def note(self, activity: str) -> None:
        """Say what is being done now; from here on the stage counts as having done work."""
        self.worked = True
        self.activity = activity
        self._changed(self)

    def result(self, outcome: str) -> None:
        """Say what the stage came to."""
        self.outcome = outcome


class Report:
    """Shows stages. `live` None: a terminal that is not in CI gets the live display."""

    def __init__(
        self,
        *,
        console: Console | None = None,
        live: bool | None = None,
        environ: Mapping[str, str] = os.environ,
        heartbeat: float = HEARTBEAT_SECONDS,
    ) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.live = self.console.is_terminal and not environ.get("CI") if live is None else live
        self._heartbeat = heartbeat

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """Show one stage while the block runs; a raised error marks it failed and passes on."""
        with self._display(title) as stage:
            try:
                yield stage
            except BaseException:
                self._line("[red]✗[/]", stage, "failed" if not stage.activity else f"failed: {stage.activity}")
                raise
        if stage.worked or stage.elapsed >= QUIET_SECONDS:
            self._line("[green]✓[/]", stage, stage.outcome)

    @contextmanager
    def _display(self, title: str) -> Iterator[Stage]:
        if self.live:
            spinner = Spinner("dots", text=escape(title))
            with Live(spinner, console=self.console, transient=True, refresh_per_second=8) as live:

                def redraw(stage: Stage) -> None:
                    note = f" · {stage.activity}" if stage.activity else ""
                    spinner.update(text=f"{escape(stage.title + note)} [dim]{clock(stage.elapsed)}[/]")
                    live.refresh()

                stage = Stage(title, redraw)
                with _every(1.0, lambda: redraw(stage)):
                    yield stage
            return

        def say(stage: Stage) -> None:
            self.console.print(f"  {escape(stage.title)}: {escape(stage.activity)}", soft_wrap=True)

        stage = Stage(title, say)

        def beat() -> None:
            doing = f": {stage.activity}" if stage.activity else ""
            self.console.print(f"  … {escape(stage.title + doing)} ({clock(stage.elapsed)})", soft_wrap=True)

        with _every(self._heartbeat, beat):
            yield stage

    def _line(self, mark: str, stage: Stage, text: str) -> None:
        tail = f" · {escape(text)}" if text else ""
        self.console.print(f"{mark} {escape(stage.title)}{tail} [dim]{clock(stage.elapsed)}[/]", soft_wrap=True)


@contextmanager
def _every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Call `act` in the background every so many seconds while the block runs."""
    done = threading.Event()

    def loop() -> None:
        while not done.wait(seconds):
            act()

    thread = threading.Thread(target=loop, name="planewatch-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def clock(seconds: float) -> str:
    """Format a duration for people: 0.4 s, 12 s, 2 m 05 s."""
    if seconds < 10:  # noqa: PLR2004 (tenths matter only below ten seconds)
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} m {whole % 60:02} s"  # noqa: PLR2004 (seconds in a minute)
