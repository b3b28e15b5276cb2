"""A real collector and a real Prometheus on loopback, running the rendered configuration."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from config.services import collector, prometheus, scraping
from tests.harness.ports import free_ports
from tests.unit.services.tools import program

PLANE = "prod"
ENVIRONMENT = "production"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Base URLs of the running servers."""

    otlp: str
    remote: str
    exposition: str
    telemetry: str
    query: str

    def series(self, selector: str) -> list[dict[str, str]]:
        """Return the label sets of all stored series that match."""
        answer = httpx.get(f"{self.query}/api/v1/series", params={"match[]": selector}).raise_for_status()
        data: list[dict[str, str]] = answer.json()["data"]
        return data

    def wait_for(self, condition: str) -> None:
        """Wait until an instant query has a result; fail after a minute."""
        deadline = time.monotonic() + 60
        while not self.value(condition):
            assert time.monotonic() < deadline, f"never true: {condition}"
            time.sleep(0.2)

    def value(self, query: str) -> list[tuple[dict[str, str], float]]:
        """Return labels and values of an instant query."""
        answer = httpx.get(f"{self.query}/api/v1/query", params={"query": query}).raise_for_status()
        return [(row["metric"], float(row["value"][1])) for row in answer.json()["data"]["result"]]


@contextlib.contextmanager
def running(
    folder: Path, limits: scraping.PlaneLimits, *, token: str | None = None, probe_paths: tuple[str, ...] = ()
) -> Iterator[Stack]:
    """Start both servers with their state in ``folder``, wait until they are ready, stop them at the end.

    With a ``token`` the collector also takes telemetry from clients elsewhere that show it. Services of the plane are
    probed at ``probe_paths``.
    """
    grpc, http, exporter, telemetry, health, web, remote, log = (f"127.0.0.1:{port}" for port in free_ports(8))
    token_file = folder / "token"
    token_file.write_text(token or "")
    collector_file = folder / "collector.yaml"
    collector_file.write_text(
        collector.render(
            collector.CollectorConfig(
                environment=ENVIRONMENT,
                data_plane_id=PLANE,
                memory_limit_mib=256,
                otlp_grpc_address=grpc,
                otlp_http_address=http,
                remote_address=remote,
                token_file=str(token_file) if token else None,
                exporter_address=exporter,
                telemetry_address=telemetry,
                health_address=health,
                log_address=log,
                probe_paths=probe_paths,
            )
        )
    )
    prometheus_file = folder / "prometheus.yml"
    prometheus_file.write_text(
        prometheus.render(
            prometheus.PrometheusConfig(
                planes=(
                    scraping.ScrapeTarget(
                        data_plane_id=PLANE,
                        environment=ENVIRONMENT,
                        application_address=exporter,
                        telemetry_address=telemetry,
                    ),
                ),
                static_jobs=(scraping.StaticJob(name="prometheus", addresses=(web,)),),
                scrape_interval_s=1,
                scrape_timeout_s=1,
                limits=limits,
            )
        )
    )
    flags = prometheus.PrometheusFlags(
        config_file=str(prometheus_file), storage_path=str(folder / "data"), listen_addresses=(web,)
    )
    with (
        _process([program("otelcol-contrib"), "--config", str(collector_file)], folder / "collector.log"),
        _process([program("prometheus"), *prometheus.command_line(flags)], folder / "prometheus.log"),
    ):
        _wait(f"http://{health}/", folder / "collector.log")
        _wait(f"http://{web}/-/ready", folder / "prometheus.log")
        yield Stack(
            otlp=f"http://{http}",
            remote=f"http://{remote}",
            exposition=f"http://{exporter}/metrics",
            telemetry=f"http://{telemetry}/metrics",
            query=f"http://{web}",
        )


@contextlib.contextmanager
def _process(command: list[str], log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not get ready:\n{log.read_text()[-4000:]}")
