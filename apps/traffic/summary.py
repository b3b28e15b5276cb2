"""What came of it: figures per endpoint, for people and for machines."""

from pydantic import BaseModel, ConfigDict
from rich.box import SIMPLE
from rich.table import Table


class Row(BaseModel):
    """Figures of one endpoint or of all; times are milliseconds until the whole answer was there."""

    model_config = ConfigDict(frozen=True)

    endpoint: str
    requests: int
    failures: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    rate: float
    wanted_rate: float


class TargetSummary(BaseModel):
    """One target; `answered` counts HTTP answers of any status."""

    model_config = ConfigDict(frozen=True)

    target: str
    url: str
    pattern: str
    answered: int
    rows: list[Row]
    total: Row


class Summary(BaseModel):
    """One run; `seconds` is how long load was sent."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    interrupted: bool
    targets: list[TargetSummary]

    @property
    def unanswered(self) -> list[TargetSummary]:
        """Targets that never answered any request."""
        return [target for target in self.targets if target.total.requests and not target.answered]


def make_table(summary: Summary) -> Table:
    """Draw the summary for a terminal of 80 columns: a block per target, its total last. Times are milliseconds."""
    ended = "interrupted after" if summary.interrupted else "in"
    table = Table(title=f"Load sent {ended} {summary.seconds:.0f} s (times in ms)", title_justify="left", box=SIMPLE)
    table.add_column("endpoint", no_wrap=True)
    for heading in ("requests", "failures", "p50", "p95", "p99", "req/s", "goal"):
        table.add_column(heading, justify="right", no_wrap=True)
    for target in summary.targets:
        table.add_row(f"{target.target} · {target.pattern}", style="bold")
        for row in target.rows:
            table.add_row(*_cells(row))
        table.add_row(*_cells(target.total), style="bold", end_section=True)
    return table


def _cells(row: Row) -> list[str]:
    times = (row.p50_ms, row.p95_ms, row.p99_ms) if row.requests else ()
    return [
        row.endpoint,
        str(row.requests),
        str(row.failures),
        *(f"{time:.0f}" for time in times),
        *["–"] * (3 - len(times)),  # noqa: RUF001 - a dash for "none", as tables have it
        f"{row.rate:.1f}",
        f"{row.wanted_rate:.1f}",
    ]
