"""The buckets that thresholds are held to are those that services have."""

import httpx

from apps.api.tests.support import api_process, otlp_sink, wait_until
from config.buckets import LATENCY_BUCKETS_S


def test_the_sample_api_counts_in_these_buckets() -> None:
    with otlp_sink() as sink, api_process(OTEL_ENDPOINT=sink.url) as api:
        httpx.get(f"{api.url}/api/search", params={"q": "cup"}).raise_for_status()
        wait_until(lambda: "http.server.request.duration" in sink.latest())
        points = sink.latest()["http.server.request.duration"].histogram.data_points
        assert {tuple(point.explicit_bounds) for point in points} == {LATENCY_BUCKETS_S}
