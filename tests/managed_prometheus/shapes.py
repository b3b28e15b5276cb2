"""Shapes that OTLP metrics come in: what clients send, step by step, and what has to be stored of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CUMULATIVE, DELTA, UNSPECIFIED = 2, 1, 0
SECOND = 10**9
LONG = "x" * 5_819
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a step is sent: the times of all steps until now (unix nanoseconds), after a second before the first."""

    times: tuple[int, ...]

    @property
    def step(self) -> int:
        """Its number, from zero."""
        return len(self.times) - 2

    @property
    def now(self) -> int:
        """Its time."""
        return self.times[-1]

    @property
    def before(self) -> int:
        """The time of the step before."""
        return self.times[-2]

    @property
    def first(self) -> int:
        """A second before the first step."""
        return self.times[0]


@dataclass(frozen=True, kw_only=True)
class Process:
    """Another process of the same service: what of its resource differs, and what it sends."""

    send: Callable[[Moment], list[Json]]
    resource: Json = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """``send`` returns the metrics of a step. ``stored`` are the last values by selector, whatever else has that label.

    ``grown`` is what a counter's increase comes to, ``dropped`` the reason and number of points that are not stored.
    An attribute of ``resource`` that is None is not sent. ``others`` send beside it.
    """

    name: str
    send: Callable[[Moment], list[Json]]
    stored: dict[str, float] = field(default_factory=dict)
    grown: dict[str, float] = field(default_factory=dict)
    dropped: tuple[str, int] | None = None
    resource: Json = field(default_factory=dict)
    scope: Json = field(default_factory=dict)
    others: tuple[Process, ...] = ()


def number(value: float | str, time: int, *, start: int | None = None, attributes: Json | None = None) -> Json:
    """Return a point of a sum or gauge; ``value`` may be "NaN"."""
    return {"asDouble": value, **_frame(time, start, attributes or {})}


def whole_number(value: int, time: int) -> Json:
    """Return a point of a gauge of integers."""
    return {"asInt": str(value), **_frame(time, None, {})}


def histogram_point(
    bounds: tuple[float, ...], counts: tuple[int, ...], time: int, *, start: int | None = None, total: float | str = 1.0
) -> Json:
    """Return a point of an explicit histogram."""
    return {
        "count": str(sum(counts)),
        "sum": total,
        "explicitBounds": list(bounds),
        "bucketCounts": [str(count) for count in counts],
        **_frame(time, start, {}),
    }


def exponential_point(
    offset: int, counts: tuple[int, ...], time: int, *, start: int, total: float, negative: tuple[int, ...] = (0,)
) -> Json:
    """Return a point of an exponential histogram of scale 3: eight buckets to a doubling."""
    return {
        "count": str(sum(counts) + sum(negative)),
        "sum": total,
        "scale": 3,
        "zeroCount": "0",
        "positive": {"offset": offset, "bucketCounts": [str(count) for count in counts]},
        "negative": {"offset": 0, "bucketCounts": [str(count) for count in negative]},
        **_frame(time, start, {}),
    }


def gauge(name: str, *points: Json, unit: str = "") -> Json:
    """Return a gauge."""
    return {"name": name, "unit": unit, "gauge": {"dataPoints": list(points)}}


def summed(name: str, *points: Json, temporality: int = CUMULATIVE, monotonic: bool = True) -> Json:
    """Return a sum."""
    body = {"dataPoints": list(points), "aggregationTemporality": temporality, "isMonotonic": monotonic}
    return {"name": name, "sum": body}


def histogram(name: str, *points: Json, temporality: int = CUMULATIVE) -> Json:
    """Return an explicit histogram."""
    return {"name": name, "histogram": {"dataPoints": list(points), "aggregationTemporality": temporality}}


def exponential(name: str, *points: Json, unit: str, temporality: int = CUMULATIVE) -> Json:
    """Return an exponential histogram."""
    body = {"dataPoints": list(points), "aggregationTemporality": temporality}
    return {"name": name, "unit": unit, "exponentialHistogram": body}


def request(shape: Shape, moment: Moment) -> Json:
    """Return what the clients of a shape send in a step."""
    first = Process(send=shape.send)
    return {"resourceMetrics": [_sent(shape, process, moment) for process in (first, *shape.others)]}


def _sent(shape: Shape, process: Process, moment: Moment) -> Json:
    named = {"service.name": shape.name, "service.instance.id": f"{shape.name}-1"}
    resource = {**named, **shape.resource, **process.resource}
    return {
        "resource": {"attributes": _pairs({key: value for key, value in resource.items() if value is not None})},
        "scopeMetrics": [
            {
                "scope": {"name": "shapes", "attributes": _pairs(shape.scope)},
                "schemaUrl": "https://opentelemetry.io/schemas/1.40.0",
                "metrics": process.send(moment),
            }
        ],
    }


def _frame(time: int, start: int | None, attributes: Json) -> Json:
    began = {} if start is None else {"startTimeUnixNano": str(start)}
    return {"timeUnixNano": str(time), **began, "attributes": _pairs(attributes)}


def _pairs(attributes: Json) -> list[Json]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: Any) -> Json:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(each) for each in value]}}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"stringValue": value}
