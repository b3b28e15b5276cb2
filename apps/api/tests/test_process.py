import http.client
import re
import socket
import time
from contextlib import closing

import httpx
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE, HistogramDataPoint

from apps.api.tests.support import OtlpSink, api_process, otlp_sink, wait_until
from tests.harness.ports import free_port

NAMES = ("orders.created", "payments.processed", "searches", "reports.generated")
GETS = {("/health", 200), ("/api/search", 200), (None, 404)}


def labels(attributes: list[KeyValue]) -> dict[str, str | int]:
    return {a.key: a.value.string_value or a.value.int_value for a in attributes}


def points(sink: OtlpSink) -> dict[tuple[str | int | None, str | int], HistogramDataPoint]:
    """Durations of GET requests in the newest export, by route and status."""
    metric = sink.latest().get("http.server.request.duration")
    return {
        (point_labels.get("http.route"), point_labels["http.response.status_code"]): point
        for point in (metric.histogram.data_points if metric else [])
        for point_labels in [labels(list(point.attributes))]
        if point_labels["http.request.method"] == "GET"
    }


def test_metrics_reach_the_collector_in_today_s_conventions() -> None:
    with (
        otlp_sink() as sink,
        api_process(OTEL_ENDPOINT=sink.url, ENVIRONMENT="qa", SERVICE_NAME="shop", SERVICE_VERSION="1.2.3") as api,
    ):
        httpx.get(f"{api.url}/api/search", params={"q": "cup"}).raise_for_status()
        httpx.get(f"{api.url}/nowhere/{time.monotonic()}")
        wait_until(lambda: sink.total("searches") == 1 and points(sink).keys() == GETS)
        metrics, resource = sink.latest(), sink.received[-1].resource_metrics[0].resource
        code, _, _ = api.stop()
    assert code == 0
    who = labels(list(resource.attributes))
    assert who["service.name"] == "shop"
    assert who["service.version"] == "1.2.3"
    assert who["deployment.environment.name"] == "qa"
    assert re.fullmatch(r"[0-9a-f-]{36}", str(who["service.instance.id"]))
    assert not {"environment", "data_plane_id", "data.plane.id"} & who.keys()

    duration = metrics["http.server.request.duration"]
    assert duration.unit == "s"
    assert 0.02 <= points(sink)["/api/search", 200].sum < 30
    assert "http.server.active_requests" in metrics
    assert "http.server.duration" not in metrics  # the old convention, in ms
    # Monotonic cumulative sums with a unit in braces: the Prometheus exporter writes <name>_total and no unit.
    for name in NAMES:
        assert metrics[name].sum.is_monotonic
        assert metrics[name].sum.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
        assert re.fullmatch(r"\{[a-z]+\}", metrics[name].unit)
    assert sink.total("payments.processed", outcome="failure") == 0
    assert sink.total("orders.created") == 0


def test_sigterm_finishes_running_requests_and_sends_the_last_metrics() -> None:
    # With an hour-like export interval only the flush at the end can bring the report's count to the collector.
    # Over a connection that is there: once told to stop, the service takes no other.
    with (
        otlp_sink() as sink,
        api_process(OTEL_ENDPOINT=sink.url, OTEL_METRIC_EXPORT_INTERVAL="600000") as api,
        closing(http.client.HTTPConnection(api.url.removeprefix("http://"), timeout=60)) as connection,
    ):
        connection.request("GET", "/health")
        assert connection.getresponse().read()
        # It lies in the service's socket before the signal comes, and takes half a second at least.
        connection.request("GET", "/api/reports")
        time.sleep(0.3)
        code, stderr, seconds = api.stop()
        status = connection.getresponse().status
    assert (code, status) == (0, 200)
    assert sink.total("reports.generated") == 1
    assert seconds < 10, "docker stop would have killed it"
    assert "Traceback" not in stderr


def test_a_collector_that_refuses_fails_no_request_and_fills_no_log() -> None:
    with api_process(OTEL_ENDPOINT=f"http://127.0.0.1:{free_port()}", OTEL_METRIC_EXPORT_INTERVAL="100") as api:
        end = time.monotonic() + 5
        with httpx.Client() as client:
            while time.monotonic() < end:
                assert client.get(f"{api.url}/api/products").status_code == 200
        code, stderr, seconds = api.stop()
    assert code == 0
    assert seconds < 10, "docker stop would have killed it"
    assert "Traceback" not in stderr
    assert len([line for line in stderr.splitlines() if "opentelemetry" in line]) == 1


def test_requests_are_answered_while_an_export_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with api_process(OTEL_ENDPOINT=f"http://127.0.0.1:{port}", OTEL_METRIC_EXPORT_INTERVAL="100") as api:
            silent.settimeout(30)
            export, _ = silent.accept()  # an export is under way, and nobody will ever answer it
            with export, httpx.Client() as client:
                assert [client.get(f"{api.url}/api/products").status_code for _ in range(5)] == [200] * 5
                code, stderr, seconds = api.stop()
    assert code == 0
    assert seconds < 10, "docker stop would have killed it"
    assert "Traceback" not in stderr


def test_without_a_collector_the_service_says_so_once_and_serves() -> None:
    with api_process() as api:
        assert httpx.get(f"{api.url}/api/products").json()["success"] is True
        code, stderr, _ = api.stop()
    assert code == 0
    assert stderr.count("OTEL_ENDPOINT is not set") == 1
