"""What a benchmark finds: one table of figures, notes, and the raw samples behind the medians."""

from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict

Cell = str | float | int | None


class Model(BaseModel):
    """Frozen, as everything that goes into a report."""

    model_config = ConfigDict(frozen=True)


class Section(Model):
    """The findings of one benchmark. ``rows`` fit ``columns``; ``samples`` are the single measurements by name.

    ``skipped`` says what is not to be had and so not measured, ``failed`` what went wrong. Units stand in the columns.
    """

    name: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    samples: dict[str, tuple[float, ...]] = {}
    skipped: str | None = None
    failed: str | None = None


class Facts(Model):
    """The machine and the programs that the figures are about."""

    cores: int
    memory_mib: int
    load_average_before: float
    system: str
    python: str
    pulumi: str
    docker_engine: str
    docker_plugin: str
    commit: str


class Report(Model):
    """One run: ``begun`` and ``ended`` are UTC in ISO 8601."""

    begun: str
    ended: str
    quick: bool
    repeat: int
    facts: Facts
    load_average_after: float
    sections: tuple[Section, ...]


def ratio(value: float | None, base: float | None) -> float | None:
    """Return ``value / base``; None when either is missing or the base is 0."""
    return value / base if value is not None and base else None


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` (0..1) of ``values`` do not exceed; raises ValueError without any."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def middle(values: Sequence[float]) -> float | None:
    """Return the median; None without any values."""
    return float(median(values)) if values else None
