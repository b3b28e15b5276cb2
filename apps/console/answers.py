"""What a metrics store answers, read element by element: a series that nobody can use costs no other its figures.

Labels and values are whatever an application sent. A label may be absent, a value NaN, infinite or a histogram; what is
no finite number is None, with what stood there beside it.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

NAN = "NaN"
HISTOGRAM = "a histogram"
UNREADABLE = "something unreadable"


class Sample(BaseModel):
    """One element of an instant vector: labels, and (unix seconds, value).

    `odd` is what stood in place of a finite number; the value is then None. No label is empty: to Prometheus an empty
    one is absent.
    """

    model_config = ConfigDict(frozen=True)
    metric: dict[str, str]
    value: tuple[float, float | None]
    odd: str | None = None


class Line(BaseModel):
    """One element of a range vector: labels, and (unix seconds, value) in order of time; `odd` as a sample's."""

    model_config = ConfigDict(frozen=True)
    metric: dict[str, str]
    values: list[tuple[float, float | None]]
    odd: str | None = None


class _Data(BaseModel):
    result: list[Any]


class _Answer(BaseModel):
    data: _Data


Element = TypeVar("Element", Sample, Line)


def samples(body: bytes) -> list[Sample]:
    """Return the elements of an instant vector; ValueError for a body that is no answer of Prometheus."""
    return _usable(_Answer.model_validate_json(body).data.result, _sample)


def lines(body: bytes) -> list[Line]:
    """Return the elements of a range vector; ValueError as above."""
    return _usable(_Answer.model_validate_json(body).data.result, _line)


def finite(number: float) -> float | None:
    """Return the number if there is one: a sum may overflow."""
    return number if math.isfinite(number) else None


def _usable(elements: list[Any], read: Callable[[object], Element]) -> list[Element]:
    # What is unreadable and bears no label can be told of nobody.
    known = [found for found in map(read, elements) if found.metric or found.odd != UNREADABLE]
    if elements and not known:
        raise ValueError("no element is one of Prometheus's")
    return known


def _sample(element: object) -> Sample:
    value: float | None = None
    at: float | None = None
    match element:
        case {"value": [when, number]}:
            (at, _), (value, odd) = _number(when), _number(number)
        case {"histogram": _}:
            at, odd = 0.0, HISTOGRAM
        case _:
            odd = UNREADABLE
    if at is None:
        at, value, odd = 0.0, None, UNREADABLE
    return Sample(metric=_labels(element), value=(at, value), odd=odd)


def _line(element: object) -> Line:
    values: list[tuple[float, float | None]] = []
    odd: list[str] = []
    match element:
        case {"values": [*points]}:
            for point in points:
                at, value, strange = _point(point)
                if at is not None:
                    values.append((at, value))
                if strange is not None:
                    odd.append(strange)
        case {"histograms": _}:
            """Told below."""
        case _:
            odd.append(UNREADABLE)
    if isinstance(element, dict) and element.get("histograms"):
        odd.append(HISTOGRAM)
    return Line(metric=_labels(element), values=values, odd=_gravest(odd))


def _point(point: object) -> tuple[float | None, float | None, str | None]:
    match point:
        case [when, number]:
            at, _ = _number(when)
            return (at, *_number(number)) if at is not None else (None, None, UNREADABLE)
    return None, None, UNREADABLE


def _gravest(odd: Sequence[str]) -> str | None:
    """Return what to tell: NaN, which many expressions give without traffic, only if there is nothing else."""
    return next((each for each in odd if each != NAN), NAN if odd else None)


def _number(value: object) -> tuple[float | None, str | None]:
    try:
        number = float(str(value))
    except ValueError:
        return None, UNREADABLE
    if math.isnan(number):
        return None, NAN
    return (number, None) if math.isfinite(number) else (None, "+Inf" if number > 0 else "-Inf")


def _labels(element: object) -> dict[str, str]:
    labels = element.get("metric") if isinstance(element, dict) else None
    if not isinstance(labels, dict):
        return {}
    return {name: value for name, value in labels.items() if isinstance(value, str) and value}
