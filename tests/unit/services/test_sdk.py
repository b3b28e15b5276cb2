"""OpenTelemetry's own SDK with deltas and exponential histograms, against a real collector and a real Prometheus."""

from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider, UpDownCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation
from opentelemetry.sdk.resources import Resource

from config.services.scraping import PlaneLimits
from tests.unit.services.servers import Stack, running


def test_what_the_sdk_measured_is_stored(tmp_path: Path) -> None:
    with running(tmp_path, PlaneLimits()) as stack:
        exporter = OTLPMetricExporter(
            endpoint=f"{stack.otlp}/v1/metrics",
            preferred_temporality=dict.fromkeys((Counter, Histogram, UpDownCounter), AggregationTemporality.DELTA),
            preferred_aggregation={Histogram: ExponentialBucketHistogramAggregation()},
        )
        reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
        provider = MeterProvider((reader,), resource=Resource.create({"service.name": "shop"}))
        meter = provider.get_meter("shop")
        orders, open_carts = meter.create_counter("orders"), meter.create_up_down_counter("carts")
        duration = meter.create_histogram("http.server.request.duration", unit="s")
        for amount in (3, 4):
            orders.add(amount, {"http.route": "/orders"})
            open_carts.add(2 if amount == 3 else -1)
            for _ in range(20):
                duration.record(2.0, {"http.route": "/orders", "http.response.status_code": 200})
            provider.force_flush()
        provider.shutdown()
        stack.wait_for("orders_total == 7")
        assert _value(stack, "carts") == 1
        assert _value(stack, "http_server_request_duration_seconds_count") == 40
        assert _value(stack, "http_server_request_duration_seconds_sum") == pytest.approx(80)
        buckets = 'sum by (le) (http_server_request_duration_seconds_bucket{http_response_status_code="200"})'
        assert _value(stack, f"histogram_quantile(0.95, {buckets})") == pytest.approx(2.425)


def _value(stack: Stack, query: str) -> float:
    ((_, value),) = stack.value(query)
    return value
