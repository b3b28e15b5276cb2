"""Probes at a path of a service's own count in no figure: judged by a real collector and a real Prometheus."""

from pathlib import Path

import httpx
import pytest

from apps.console.promql import Scope, requests
from config.packs.http import pack
from config.packs.model import RecordingRule
from config.services.probes import routes
from config.services.scraping import PlaneLimits
from tests.unit.services.servers import running

_OWN = '/lïve/"z"'
_COUNTS = {_OWN: 500, "/health": 400, "/": 30, "/live": 2, "/shop/health": 1}
_TRAFFIC = 33
_ATTRIBUTES = {"http.request.method": "GET", "http.response.status_code": "200"}


def _metric(name: str, counts: dict[str, int]) -> dict[str, object]:
    points = [
        {
            "count": str(count),
            "sum": 1.0,
            "explicitBounds": [1.0],
            "bucketCounts": [str(count), "0"],
            "timeUnixNano": "0",
            "startTimeUnixNano": "1",
            "attributes": [
                {"key": key, "value": {"stringValue": value}}
                for key, value in {**_ATTRIBUTES, "http.route": route}.items()
            ],
        }
        for route, count in counts.items()
    ]
    return {"name": name, "unit": "s", "histogram": {"dataPoints": points, "aggregationTemporality": 2}}


def test_probes_count_in_no_figure_and_everything_else_does(tmp_path: Path) -> None:
    metrics = [_metric("http.server.request.duration", _COUNTS), _metric("http.client.request.duration", {_OWN: 7})]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    body = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": metrics}]}]}
    with running(tmp_path, PlaneLimits(), probe_paths=(f"{_OWN}?full=1", "/health", "/")) as stack:
        assert httpx.post(f"{stack.otlp}/v1/metrics", json=body, trust_env=False).status_code == 200
        stack.wait_for(f"count(http_server_request_duration_seconds_count) == {len(_COUNTS)}")
        # Of one sample nothing has increased yet: the selectors, of the rules and of the console, are looked at alone.
        (rule,) = (
            rule
            for group in pack().groups
            for rule in group.rules
            if isinstance(rule, RecordingRule) and rule.record == "data_plane:http_server_requests:rate5m"
        )
        for expression in (rule.expr, requests(Scope(), 300)):
            selector = expression.partition("[")[0].rpartition("(")[2]
            assert [value for _, value in stack.value(f"sum({selector})")] == [_TRAFFIC], selector
        (marked,) = stack.series('{planewatch_probe="true", __name__=~".+_count"}')
        assert (marked["__name__"], marked["http_route"]) == ("http_server_request_duration_seconds_count", _OWN)


@pytest.mark.parametrize(
    ("paths", "known"),
    [
        ((), ()),
        (("/health", "/health?deep=1", "/"), ()),
        (("/live/z?full=1", "/live/z", "/a%20b", "/?ready"), ("/a b", "/live/z")),
    ],
)
def test_a_route_is_the_path_alone(paths: tuple[str, ...], known: tuple[str, ...]) -> None:
    assert routes(paths) == known
