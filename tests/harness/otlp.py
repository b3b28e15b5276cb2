"""OTLP/HTTP metrics in JSON, and the small servers that take them."""

import time
from dataclasses import dataclass, field

import httpx

Attributes = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One sum (or, with ``bounds``, one histogram) of one resource."""

    name: str
    resource: Attributes = field(default_factory=dict)
    attributes: Attributes = field(default_factory=dict)
    scope: Attributes = field(default_factory=dict)
    bounds: tuple[float, ...] = ()
    value: float = 7.0


def push(base_url: str, points: list[Point], *, authorization: str | None = None) -> httpx.Response:
    """Send points, each as a resource of its own, with that header if one is given, and return the answer."""
    headers = {} if authorization is None else {"Authorization": authorization}
    return httpx.post(f"{base_url}/v1/metrics", json=request(points), headers=headers)


def request(points: list[Point]) -> dict[str, object]:
    """Return what a client sends for points, each of a resource of its own."""
    return {"resourceMetrics": [_resource(point) for point in points]}


def _resource(point: Point) -> dict[str, object]:
    now = str(time.time_ns())
    data: dict[str, object] = {"startTimeUnixNano": now, "timeUnixNano": now, "attributes": _pairs(point.attributes)}
    if point.bounds:
        counts = ["1"] * (len(point.bounds) + 1)
        data |= {"count": str(len(counts)), "sum": 1.0, "bucketCounts": counts, "explicitBounds": list(point.bounds)}
    else:
        data["asDouble"] = point.value
    kind = "histogram" if point.bounds else "sum"
    body: dict[str, object] = {"dataPoints": [data], "aggregationTemporality": 2}
    if kind == "sum":
        body["isMonotonic"] = False
    return {
        "resource": {"attributes": _pairs(point.resource)},
        "scopeMetrics": [
            {
                "scope": {"name": "test", "attributes": _pairs(point.scope)},
                "metrics": [{"name": point.name, kind: body}],
            }
        ],
    }


def _pairs(attributes: Attributes) -> list[dict[str, object]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
