"""What a run came to: a table of lanes, the slowest tests, and the counts, read from JUnit XML."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.lanes.running import Done
from toolchain.obtain.stages import clock

_SLOWEST = 10
# What pytest returns after Ctrl-C.
_INTERRUPTED = 2


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many tests ended how; errors of fixtures count as failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            passed=self.passed + other.passed, failed=self.failed + other.failed, skipped=self.skipped + other.skipped
        )

    def __str__(self) -> str:
        """Return the line that ends a run."""
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


@dataclass(frozen=True, order=True)
class Timed:
    """A test with the seconds that it took, fixtures included."""

    seconds: float
    name: str


def read(file: Path) -> tuple[Counts, list[Timed]]:
    """Read one lane's results; no counts where the lane ended before it wrote any."""
    if not file.exists():
        return Counts(), []
    passed = failed = skipped = 0
    timed = []
    # Written by our own pytest a moment ago.
    for case in ET.parse(file).iter("testcase"):  # noqa: S314
        kinds = {child.tag for child in case}
        failed += bool(kinds & {"failure", "error"})
        skipped += "skipped" in kinds
        passed += not kinds & {"failure", "error", "skipped"}
        timed.append(Timed(float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}"))
    return Counts(passed=passed, failed=failed, skipped=skipped), timed


def show(
    title: str, stages: Sequence[tuple[str, float]], done: Sequence[Done], left: Sequence[str], console: Console
) -> int:
    """Print the tables and the closing lines; returns 0 if every job ended well, else 1.

    ``stages`` are steps before the tests, ``left`` names what the run did not do.
    """
    table = Table("lane", "result", "took", title=title, title_justify="left", box=None)
    for name, seconds in stages:
        table.add_row(name, "", clock(seconds))
    total, timed, bad = Counts(), list[Timed](), list[str]()
    for each in done:
        counts, cases = read(each.job.results) if each.job.results else (Counts(), [])
        total, timed = total + counts, timed + cases
        well = _went_well(each, counts)
        bad = bad if well else [*bad, each.job.name]
        said = (
            "cut off: time was up" if each.cut and well else "ok" if well else f"[red]failed, exit code {each.code}[/]"
        )
        table.add_row(each.job.name, f"{said} · {counts}" if cases else said, clock(each.seconds))
    console.print(table)
    slow = Table("slowest tests", "took", box=None)
    for one in sorted(timed, reverse=True)[:_SLOWEST]:
        slow.add_row(escape(one.name), clock(one.seconds))
    if timed:
        console.print(slow)
    for name in left:
        console.print(f"not run: {name}", soft_wrap=True, markup=False)
    if bad:
        console.print(f"[red]failed:[/] {', '.join(bad)}")
    print(total, flush=True)
    return 1 if bad else 0


def _went_well(done: Done, counts: Counts) -> bool:
    """Tell whether a job ended well; one that was cut off did if no test had failed by then."""
    return done.code == 0 or (done.cut and done.code == _INTERRUPTED and not counts.failed)
