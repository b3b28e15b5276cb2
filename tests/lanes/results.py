"""What a run came to, read from JUnit XML: lanes, the slowest tests, each failed test with its error, the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.lanes.running import Done
from toolchain.obtain.stages import clock

_SLOWEST = 10
# At the end of a long log, where it is what a reader sees first.
_ERROR_LINES = 12
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


@dataclass(frozen=True)
class Failure:
    """A failed test with the first lines of its error."""

    name: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Results:
    """What one or more lanes wrote down."""

    counts: Counts = Counts()
    timed: tuple[Timed, ...] = ()
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: "Results") -> "Results":
        return Results(
            counts=self.counts + other.counts,
            timed=self.timed + other.timed,
            failures=self.failures + other.failures,
        )


def read(file: Path) -> Results:
    """Read one lane's results; no counts where the lane ended before it wrote any."""
    if not file.exists():
        return Results()
    passed = failed = skipped = 0
    timed, failures = list[Timed](), list[Failure]()
    # Written by our own pytest a moment ago.
    for case in ET.parse(file).iter("testcase"):  # noqa: S314
        name = f"{case.get('classname')}::{case.get('name')}"
        wrong = [child for child in case if child.tag in {"failure", "error"}]
        left_out = case.find("skipped") is not None
        failed += bool(wrong)
        skipped += left_out
        passed += not wrong and not left_out
        timed.append(Timed(float(case.get("time", 0)), name))
        failures += [Failure(name, "\n".join(each.get("message", "").splitlines()[:_ERROR_LINES])) for each in wrong]
    counts = Counts(passed=passed, failed=failed, skipped=skipped)
    return Results(counts=counts, timed=tuple(timed), failures=tuple(failures))


def show(
    title: str, stages: Sequence[tuple[str, float]], done: Sequence[Done], left: Sequence[str], console: Console
) -> int:
    """Print the tables and the closing lines; returns 0 if every job ended well, else 1.

    ``stages`` are steps before the tests, ``left`` names what the run did not do.
    """
    table = Table("lane", "result", "took", title=title, title_justify="left", box=None)
    for name, seconds in stages:
        table.add_row(name, "", clock(seconds))
    total, bad = Results(), list[str]()
    for each in done:
        found = read(each.job.results) if each.job.results else Results()
        total += found
        well = _went_well(each, found.counts)
        bad = bad if well else [*bad, each.job.name]
        said = (
            "cut off: time was up" if each.cut and well else "ok" if well else f"[red]failed, exit code {each.code}[/]"
        )
        table.add_row(each.job.name, f"{said} · {found.counts}" if found.timed else said, clock(each.seconds))
    console.print(table)
    slow = Table("slowest tests", "took", box=None)
    for one in sorted(total.timed, reverse=True)[:_SLOWEST]:
        slow.add_row(escape(one.name), clock(one.seconds))
    if total.timed:
        console.print(slow)
    for name in left:
        console.print(f"not run: {name}", soft_wrap=True, markup=False)
    for failure in total.failures:
        console.print(f"[red]failed:[/] {escape(failure.name)}", soft_wrap=True)
        console.print(indent(failure.error, "    "), soft_wrap=True, markup=False)
    if bad:
        console.print(f"[red]failed:[/] {', '.join(bad)}")
    print(total.counts, flush=True)
    return 1 if bad else 0


def _went_well(done: Done, counts: Counts) -> bool:
    """Tell whether a job ended well; one that was cut off did if no test had failed by then."""
    return done.code == 0 or (done.cut and done.code == _INTERRUPTED and not counts.failed)
