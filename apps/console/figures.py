"""Figures of each data plane. A vector may hold anything: a value that cannot be a figure is left out and reported."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.console.answers import NAN, Line, Sample
from apps.console.promql import Key

_ROUNDING = 1e-9
"""By how much a share of the whole may be over it: sums of the same rates differ in the last digits."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a number says of a plane: its name in a sentence and the most it can be; none is below 0.

    With `of_requests` it is NaN while there are no requests, which is no oddity.
    """

    name: str
    most: float = math.inf
    of_requests: bool = False

    def oddity(self, value: float | None, odd: str | None) -> str | None:
        """Return why a value cannot be the figure; None if it can, or if there is none."""
        if odd is not None:
            return None if odd == NAN and self.of_requests else f"{self.name} must be a number (got {odd})"
        if value is None or 0 <= value <= self.most * (1 + _ROUNDING):
            return None
        rule = "≥ 0" if math.isinf(self.most) else f"0 to {self.most:g}"
        return f"{self.name} must be {rule} (got {value:g})"

    def twice(self, count: int) -> str:
        """Return the oddity of a plane that has several."""
        return f"{self.name} must be one series (got {count})"


def key_of(element: Sample | Line) -> Key:
    """Return whose it is; a part that the labels do not tell is empty."""
    return element.metric.get("environment", ""), element.metric.get("data_plane_id", "")


def unnamed(key: Key) -> str | None:
    """Return what is missing from the labels of a plane that they do not name."""
    missing = [name for name, value in zip(("environment", "data_plane_id"), key, strict=True) if not value]
    return f"its series have no {' and no '.join(missing)}" if missing else None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A figure of every plane that has it, and by plane why one has not."""

    values: Mapping[Key, float]
    oddities: Mapping[Key, str]


def read(figure: Figure, vector: Iterable[Sample]) -> Reading:
    """Return the figure of each plane from a vector that should have one element per plane."""
    found: defaultdict[Key, list[Sample]] = defaultdict(list)
    for sample in vector:
        found[key_of(sample)].append(sample)
    values: dict[Key, float] = {}
    oddities: dict[Key, str] = {}
    for key, (sample, *more) in found.items():
        oddity = figure.twice(1 + len(more)) if more else figure.oddity(sample.value[1], sample.odd)
        if oddity is not None:
            oddities[key] = oddity
        elif sample.value[1] is not None:
            values[key] = min(sample.value[1], figure.most)
    return Reading(values=values, oddities=oddities)


@dataclass(frozen=True, kw_only=True)
class Course:
    """A figure of one plane over time (unix seconds), and a description of the points that were left out."""

    values: Mapping[float, float]
    oddities: tuple[str, ...]


def courses(figure: Figure, matrix: Iterable[Line]) -> dict[Key, Course]:
    """Return the figure of each plane over time; of several lines at one moment none is believed."""
    found: defaultdict[Key, list[Line]] = defaultdict(list)
    for line in matrix:
        found[key_of(line)].append(line)
    return {key: _course(figure, lines) for key, lines in found.items()}


def added(each: Iterable[Course]) -> Course:
    """Return several courses as one: at each moment the sum of those that have a value."""
    total: defaultdict[float, float] = defaultdict(float)
    oddities: list[str] = []
    for course in each:
        oddities += course.oddities
        for at, value in course.values.items():
            total[at] += value
    values = {at: value for at, value in total.items() if math.isfinite(value)}
    return Course(values=values, oddities=tuple(distinct(oddities)))


def _course(figure: Figure, lines: list[Line]) -> Course:
    values: dict[float, float] = {}
    told: set[float] = set()
    oddities = [oddity for line in lines if (oddity := figure.oddity(None, line.odd)) is not None]
    for line in lines:
        for at, value in line.values:
            if value is None:
                continue
            if at in told:
                values.pop(at, None)
                oddities.append(figure.twice(len(lines)))
            elif (oddity := figure.oddity(value, None)) is not None:
                oddities.append(oddity)
            else:
                values[at] = min(value, figure.most)
            told.add(at)
    return Course(values=values, oddities=tuple(distinct(oddities)))


def distinct(oddities: Iterable[str | None]) -> list[str]:
    """Return each kind of oddity once; of many values of a kind, such as negative numbers, the first is quoted."""
    kinds: dict[str, str] = {}
    for oddity in oddities:
        if oddity is not None:
            kinds.setdefault(oddity.partition(" (got ")[0], oddity)
    return list(kinds.values())
