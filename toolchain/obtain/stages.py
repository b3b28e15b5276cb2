"""Progress while parts are obtained: stages with times; live on a terminal, plain lines elsewhere.

Everything goes to standard error, so that a command's own output stays clean.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.text import Text

HEARTBEAT_SECONDS = 30.0
# A stage that found everything in place and took less than this is not worth a line.
QUIET_SECONDS = 1.0


class Stage:
    """One stage in progress: says what it does now and how it ended."""

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
        """Show what is being done now; from here on the stage counts as having done work."""
        self.worked = True
        self.activity = activity
        self._changed(self)

    def result(self, outcome: str) -> None:
        """Report how the stage ended."""
        self.outcome = outcome


class Report:
    """Shows stages, of which several may run at a time: one live line, or plain lines and a sign of life now and then.

    `live` None: a terminal that is not in CI gets the live line.
    """

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
        self._lock = threading.RLock()
        self._running: list[Stage] = []
        self._expected: list[str] = []
        self._total = 0
        self._display = ExitStack()
        self._live: Live | None = None

    def expect(self, titles: Iterable[str]) -> None:
        """Announce the stages to come, so that the live line can count them."""
        with self._lock:
            self._expected = list(titles)
            self._total = len(self._expected)

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """Show one stage while the block runs; a raised error marks it failed and passes on."""
        stage = Stage(title, self._noted)
        self._begin(stage)
        try:
            yield stage
        except BaseException:
            self._end(stage)
            self._line("[red]✗[/]", stage, "failed" if not stage.activity else f"failed: {stage.activity}")
            raise
        self._end(stage)
        if stage.worked or stage.elapsed >= QUIET_SECONDS:
            self._line("[green]✓[/]", stage, stage.outcome)

    def _begin(self, stage: Stage) -> None:
        with self._lock:
            if stage.title in self._expected:
                self._expected.remove(stage.title)
            self._running.append(stage)
            if len(self._running) > 1:
                return
            if self.live:
                spinner = Spinner("dots", text="")
                self._live = Live(
                    get_renderable=lambda: self._drawn(spinner),
                    console=self.console,
                    transient=True,
                    refresh_per_second=8,
                )
                self._display.enter_context(self._live)
            else:
                self._display.enter_context(_every(self._heartbeat, self._beat))

    def _end(self, stage: Stage) -> None:
        with self._lock:
            self._running.remove(stage)
            display = self._display.pop_all() if not self._running else None
            self._live = self._live if self._running else None
        # Not under the lock: the display's own thread may wait for it.
        if display:
            display.close()

    def _noted(self, stage: Stage) -> None:
        if self._live:
            self._live.refresh()
        else:
            self.console.print(f"  {escape(stage.title)}: {escape(stage.activity)}", soft_wrap=True)

    def _drawn(self, spinner: Spinner) -> Spinner:
        text = Text(self._summary(" · "), no_wrap=True, overflow="ellipsis")
        spinner.update(text=text)
        return spinner

    def _beat(self) -> None:
        self.console.print(f"  … {escape(self._summary(': '))}", soft_wrap=True)

    def _summary(self, separator: str) -> str:
        """Summarize what is done, running and left, in one line."""
        with self._lock:
            running = [
                f"{stage.title}{separator + stage.activity if stage.activity else ''} ({clock(stage.elapsed)})"
                for stage in self._running
            ]
            parts = ["; ".join(running)]
            if self._total > 1:
                parts.insert(0, f"{self._total - len(self._expected) - len(running)} of {self._total} done")
            if self._expected:
                parts.append(f"left: {', '.join(self._expected)}")
        return " | ".join(parts)

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
