"""Shows findings as tables and keeps them as JSON."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.model import Cell, Facts, Report, Section

_FEW = 100


def show_facts(facts: Facts, console: Console) -> None:
    """Print what the figures depend on."""
    table = Table(title="measured on", title_justify="left", show_header=False)
    for name, value in facts.model_dump().items():
        table.add_row(name.replace("_", " "), _text(value))
    console.print(table)


def show(section: Section, console: Console) -> None:
    """Print one table with its notes, or why there is none."""
    if section.skipped:
        console.print(f"[yellow]skipped:[/] {section.title}: {section.skipped}", highlight=False)
        return
    if section.failed:
        console.print(f"[red]failed:[/] {section.title}:")
        console.print(section.failed, markup=False, highlight=False, soft_wrap=True)
        return
    table = Table(title=section.title, title_justify="left")
    for position, column in enumerate(section.columns):
        numbers = all(not isinstance(row[position], str) for row in section.rows)
        table.add_column(column, justify="right" if numbers else "left")
    for row in section.rows:
        table.add_row(*(_text(cell) for cell in row))
    console.print(table)
    for note in section.notes:
        console.print(f"  {note}", markup=False, highlight=False, soft_wrap=True)


def write(report: Report, folder: Path) -> Path:
    """Keep the report as ``<UTC time>.json`` in ``folder``; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    file.write_text(report.model_dump_json(indent=2) + "\n")
    return file


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.0f}" if abs(cell) >= _FEW else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.1f}"
    return str(cell)
