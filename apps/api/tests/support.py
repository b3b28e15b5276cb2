"""A collector's ear and the service as a real process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import httpx
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port

START_SECONDS = 60.0  # far above the usual 2 s: the machine may be busy


def wait_until(condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not true within {seconds} s"
        time.sleep(0.02)


@dataclass
class OtlpSink:
    """An OTLP/HTTP receiver on loopback that keeps what it gets."""

    received: list[ExportMetricsServiceRequest] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    url: str = ""

    def latest(self) -> dict[str, Metric]:
        """Metrics of the newest export by name."""
        newest = self.received[-1:]
        return {
            metric.name: metric
            for request in newest
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def total(self, name: str, **labels: str) -> float | None:
        """Sum of a counter's points that carry `labels` in the newest export; None if there are none."""
        metric = self.latest().get(name)
        points = [
            point.as_int
            for point in (metric.sum.data_points if metric else [])
            if labels.items() <= {a.key: a.value.string_value for a in point.attributes}.items()
        ]
        return sum(points) if points else None


@contextmanager
def otlp_sink() -> Iterator[OtlpSink]:
    sink = OtlpSink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path != "/v1/metrics":
                # An assertion in this thread would reach nobody.
                sink.elsewhere.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"]))
            sink.received.append(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - overridden signature
            """Say nothing."""

    server = HttpServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert sink.elsewhere == []


@dataclass
class ApiProcess:
    """`python -m apps.api`, serving at `url`."""

    process: subprocess.Popen[str]
    url: str

    def stop(self) -> tuple[int, str, float]:
        """SIGTERM; returns exit code, stderr and how many seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        _, stderr = self.process.communicate(timeout=30)
        return self.process.returncode, stderr, time.monotonic() - started


@contextmanager
def api_process(**environ: str) -> Iterator[ApiProcess]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.api"],
        env={"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port)} | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"

    def serves() -> bool:
        assert process.poll() is None, f"ended at once: {process.communicate()[1]}"
        try:
            return httpx.get(f"{url}/health").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(serves)
        yield ApiProcess(process, url)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
