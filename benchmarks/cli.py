"""Chooses benchmarks, runs them one after another, and reports."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from benchmarks import cluster, idle, latency, managed, outage, peers, queries, scale
from benchmarks.facts import gather
from benchmarks.model import Report, Section
from benchmarks.processes import BenchmarkError
from benchmarks.report import show, show_facts, write
from benchmarks.stacks import BenchStack, bench_stack
from delivery.outputs import Outputs
from toolchain.obtain.errors import UnavailableError

ROOT = Path(__file__).resolve().parents[1]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_WIDTH = 120
Note = Callable[[str], None]


class Name(StrEnum):
    """The benchmarks."""

    SCALE = scale.NAME
    CLUSTER = cluster.NAME
    PEERS = peers.NAME
    IDLE = idle.NAME
    LATENCY = latency.NAME
    QUERIES = queries.NAME
    OUTAGE = outage.NAME
    MANAGED = managed.NAME


class Deployed:
    """One running stack of three planes for all benchmarks that need one, made when the first of them asks."""

    def __init__(self, stack: ExitStack, note: Note) -> None:
        self._exit, self._note = stack, note
        self._there: tuple[BenchStack, Outputs] | None = None

    def get(self) -> tuple[BenchStack, Outputs]:
        """Return the stack and its addresses."""
        if self._there is None:
            self._note("deploying three planes")
            stack = self._exit.enter_context(bench_stack(peers.PLANES))
            stack.up(unchanged=False)
            self._there = (stack, stack.pulumi_stack.outputs())
        return self._there


@app.command()
def bench(
    only: Annotated[list[Name] | None, typer.Option(help="run this one; may be given several times")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="runs behind each median")] = 3,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, few samples, outages of 60 s")] = False,
) -> None:
    """Measure planewatch on this machine: tables here, everything as JSON in bench-results/."""
    # Without a terminal rich takes 80 columns, too few for these tables.
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    notes = Console(stderr=True, highlight=False)
    begun = datetime.now(UTC)
    facts = gather()
    show_facts(facts, console)

    def note(text: str) -> None:
        notes.print(f"[dim]{datetime.now(UTC) - begun!s:.7} {text}[/]")

    wanted = set(only or Name)
    sections = []
    with ExitStack() as at_end:
        deployed = Deployed(at_end, note)
        benchmarks: dict[Name, Callable[[], Section]] = {
            Name.SCALE: partial(scale.run, repeat=repeat, quick=quick, note=note),
            Name.CLUSTER: partial(cluster.run, repeat=repeat, quick=quick, note=note),
            Name.PEERS: partial(peers.run, repeat=repeat, quick=quick, note=note),
            Name.IDLE: lambda: idle.run(deployed.get()[0], quick=quick, note=note),
            Name.LATENCY: lambda: latency.run(*deployed.get(), quick=quick, note=note),
            Name.QUERIES: lambda: queries.run(deployed.get()[1], quick=quick, note=note),
            Name.OUTAGE: lambda: outage.run(*deployed.get(), quick=quick, note=note),
            Name.MANAGED: partial(managed.run, quick=quick, note=note),
        }
        for name, run in benchmarks.items():
            if name in wanted:
                section = _attempt(name, run)
                show(section, console)
                sections.append(section)
    report = Report(
        begun=begun.isoformat(timespec="seconds"),
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        quick=quick,
        repeat=repeat,
        facts=facts,
        load_average_after=os.getloadavg()[0],
        sections=tuple(sections),
    )
    console.print(f"written: {write(report, ROOT / 'bench-results').relative_to(ROOT)}", highlight=False)
    raise typer.Exit(any(section.failed for section in sections))


def _attempt(name: Name, run: Callable[[], Section]) -> Section:
    try:
        return run()
    except UnavailableError as error:
        return Section(name=name, title=name, skipped=str(error))
    except (BenchmarkError, AssertionError, httpx.HTTPError) as error:
        # AssertionError is how the tests' harness says that something did not come true.
        return Section(name=name, title=name, failed=f"{type(error).__name__}: {error}")
