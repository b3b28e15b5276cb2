"""A real Prometheus on loopback that scrapes make-believe planes, with a past when asked for."""

import json
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from apps.console.clock import SETTLED_SECONDS, SHARED_SECONDS
from apps.console.tests.fake_planes import FakePlane, Mode, exposition, history
from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port

START_SECONDS = 30
LABEL_VALUE_BYTES = 4096

RULES = """\
groups:
  - name: test
    rules:
      - alert: HighErrorRate
        expr: >-
          sum by (environment, data_plane_id)
          (rate(http_server_request_duration_seconds_count{http_response_status_code="500"}[40s]))
          / sum by (environment, data_plane_id)
          (rate(http_server_request_duration_seconds_count[40s])) > 0.05
        labels: {severity: warning, team: shop}
      - alert: DataPlaneDown
        expr: up{job="data-plane"} == 0
        labels: {severity: critical}
      - alert: Slow
        expr: vector(1)
        for: 1h
        labels: {severity: info}
"""


def wait_for(url: str, seconds: float = START_SECONDS) -> None:
    """Return when `url` answers 200; TimeoutError otherwise."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@contextmanager
def exporter(planes: list[FakePlane]) -> Iterator[int]:
    """Serve /metrics/<plane id> for every plane (looked up at each scrape) and yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            plane = next((each for each in planes if self.path == f"/metrics/{each.id}"), None)
            time.sleep(plane.scrape_seconds if plane is not None else 0)
            refused = plane is not None and plane.mode is Mode.REFUSES
            body = exposition(plane, time.time()) if plane is not None and plane.mode is Mode.FINE else ""
            self.send_response(503 if refused else 200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HttpServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, kw_only=True)
class Store:
    """A running Prometheus, the planes it scrapes, and their targets file (watched by Prometheus)."""

    url: str
    planes: list[FakePlane]
    exporter_port: int
    targets: Path

    def plane(self, plane_id: str) -> FakePlane:
        """The plane of that id."""
        return next(plane for plane in self.planes if plane.id == plane_id)

    def write_targets(self) -> None:
        """Tell Prometheus which planes there are."""
        groups = [
            {
                "targets": [f"127.0.0.1:{self.exporter_port}"],
                "labels": {
                    "environment": plane.environment,
                    "data_plane_id": plane.id,
                    "__metrics_path__": f"/metrics/{plane.id}",
                },
            }
            for plane in self.planes
        ]
        staged = self.targets.with_suffix(".new")
        staged.write_text(json.dumps(groups))
        staged.replace(self.targets)


def _configuration(port: int, scrape_seconds: int) -> str:
    own = {"job_name": "prometheus", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    files = [{"files": ["targets.json"], "refresh_interval": "1s"}]
    limits = {"label_value_length_limit": LABEL_VALUE_BYTES}
    planes = {"job_name": "data-plane", "file_sd_configs": files, **limits}
    collectors = {"job_name": "otel-collector", "file_sd_configs": files}
    interval = f"{scrape_seconds}s"
    everywhere = {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": "1s"}
    # JSON is YAML.
    return json.dumps({"global": everywhere, "rule_files": ["rules.yml"], "scrape_configs": [own, planes, collectors]})


def _backfill(promtool: str, folder: Path, planes: list[FakePlane], port: int) -> None:
    """Write a day: every 10 s for the last 70 minutes (rate windows of 40 s), every minute before."""
    now = time.time() // 10 * 10 - 10
    recent = [now - back for back in range(4200, -1, -10)]
    older = [now - back for back in range(87000, 4200, -60)]
    text = folder / "history.txt"
    with text.open("w") as out:
        out.writelines(f"{line}\n" for line in history(planes, [*older, *recent], f"127.0.0.1:{port}"))
    subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(folder / "data")],
        check=True,
        capture_output=True,
    )
    text.unlink()


def _wait_for_scrapes(store: Store) -> None:
    """Return when every target has been scraped at the moment that the console asks about; TimeoutError otherwise."""
    expected = 1 + 2 * len(store.planes)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        query = urllib.parse.urlencode({"query": "count(up)", "time": time.time() - SETTLED_SECONDS - SHARED_SECONDS})
        with urllib.request.urlopen(f"{store.url}/api/v1/query?{query}", timeout=2) as answer:
            result = json.load(answer)["data"]["result"]
        if result and int(result[0]["value"][1]) == expected:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{store.url} did not scrape its {expected} targets within {START_SECONDS} s")


@contextmanager
def running_store(
    folder: Path, planes: list[FakePlane], *, past: bool = False, scrape_seconds: int = 1, rules: str = RULES
) -> Iterator[Store]:
    """Yield a Prometheus that has scraped each of `planes` once, or failed to; it stops with the context."""
    prometheus, promtool = shutil.which("prometheus"), shutil.which("promtool")
    if prometheus is None or promtool is None:
        raise FileNotFoundError("prometheus and promtool have to be on PATH")
    port = free_port()
    with exporter(planes) as exporter_port:
        store = Store(
            url=f"http://127.0.0.1:{port}", planes=planes, exporter_port=exporter_port, targets=folder / "targets.json"
        )
        store.write_targets()
        (folder / "prometheus.yml").write_text(_configuration(port, scrape_seconds))
        (folder / "rules.yml").write_text(rules)
        if past:
            _backfill(promtool, folder, planes, exporter_port)
        command = [
            prometheus,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=5d",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ]
        with (
            (folder / "prometheus.log").open("wb") as log,
            subprocess.Popen(command, stderr=log, stdout=log) as process,
        ):
            try:
                wait_for(f"{store.url}/-/ready")
                _wait_for_scrapes(store)
                yield store
            finally:
                process.terminate()
                process.wait(timeout=20)
