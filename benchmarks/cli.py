"""Chooses benchmarks, runs them one after another, and reports."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import scale
from benchmarks.facts import gather
from benchmarks.model import Report, Section
from benchmarks.processes import BenchmarkError
from benchmarks.report import show, show_facts, write

ROOT = Path(__file__).resolve().parents[1]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Name(StrEnum):
    """The benchmarks."""

    SCALE = scale.NAME


@app.command()
def bench(
    only: Annotated[list[Name] | None, typer.Option(help="run this one; may be given several times")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="runs behind each median")] = 3,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="small sizes and few samples")] = False,
) -> None:
    """Measure planewatch on this machine: tables here, everything as JSON in bench-results/."""
    console, notes = Console(), Console(stderr=True, highlight=False)
    begun = datetime.now(UTC)
    facts = gather(compose="")
    show_facts(facts, console)

    def note(text: str) -> None:
        notes.print(f"[dim]{datetime.now(UTC) - begun!s:.7} {text}[/]")

    benchmarks: dict[Name, Callable[[], Section]] = {
        Name.SCALE: lambda: scale.run(repeat=repeat, quick=quick, note=note),
    }
    sections: list[Section] = []
    for name, run in benchmarks.items():
        if only and name not in only:
            continue
        try:
            section = run()
        except BenchmarkError as error:
            section = Section(name=name, title=name, skipped=str(error))
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
