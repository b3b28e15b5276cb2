"""Real agents over counting planes, and a real collector of a plane with a workspace of its own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from config.services import agent, collector_direct
from config.services.collector import CollectorConfig
from config.services.scraping import ScrapeTarget
from tests.harness.managed_prometheus.counting import COUNTER, Counting
from tests.harness.managed_prometheus.local import REGION
from tests.harness.otlp import Point, push
from tests.harness.ports import free_port, free_ports
from tests.harness.processes import Program
from tests.harness.prometheus import Store

SCRAPE_S = 1


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Paths of the real programs."""

    prometheus: str
    collector: str


@dataclass(frozen=True, kw_only=True)
class Plane:
    """A data plane whose collector's two ports count their scrapes."""

    name: str
    application: Counting
    telemetry: Counting

    @property
    def target(self) -> ScrapeTarget:
        """The plane as an agent reaches it."""
        return ScrapeTarget(
            data_plane_id=self.name,
            environment=f"{self.name}-environment",
            application_address=self.application.address,
            telemetry_address=self.telemetry.address,
        )

    def stored(self, store: Store) -> list[tuple[float, int]]:
        """Return (unix seconds, scrape's number) of what is stored of the application's scrapes, in order."""
        selector = f'{COUNTER}{{job="data-plane",data_plane_id="{self.name}"}}'
        series = store.samples(selector, until=time.time() + 1, seconds=3600)
        assert len(series) <= 1, f"{self.name} has {len(series)} series: {list(series)}"
        return [(when, int(float(value))) for values in series.values() for when, value in values]


def agent_program(
    folder: Path,
    name: str,
    endpoint: str,
    planes: tuple[Plane, ...],
    *,
    environment: Mapping[str, str],
    programs: Programs,
) -> tuple[Program, str]:
    """Return an agent called ``name`` with its log in ``folder``, and the URL at which it says that it is ready."""
    folder.mkdir()
    port = free_port()
    config, address = folder / "prometheus.yml", f"127.0.0.1:{port}"
    config.write_text(
        agent.render(
            agent.AgentConfig(
                planes=tuple(plane.target for plane in planes),
                static_jobs=(),
                scrape_interval_s=SCRAPE_S,
                scrape_timeout_s=SCRAPE_S,
                endpoint=endpoint,
                region=REGION,
                cluster="planewatch-prod",
                replica=name,
            )
        )
    )
    flags = agent.AgentFlags(config_file=str(config), storage_path=str(folder / "wal"), listen_addresses=(address,))
    command = [programs.prometheus, *agent.command_line(flags)]
    return Program(command, folder / "agent.log", environment), f"http://{address}/-/ready"


@dataclass(frozen=True, kw_only=True)
class DirectCollector:
    """The collector of a plane that writes to its own workspace; ``remote`` is the frontend that requires a token."""

    program: Program
    otlp: str
    remote: str
    health: str

    def accept(self, number: int) -> None:
        """Send the point ``number``, again and again until it is acknowledged, as an SDK does."""
        end = time.monotonic() + 60
        point = Point(
            name="steps",
            value=number,
            resource={"service.name": "shop", "service.instance.id": "shop-1", "data.plane.id": "forged"},
            attributes={"environment": "forged"},
        )
        while True:
            try:
                if push(self.otlp, [point]).is_success:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < end, "the collector does not take points"
            time.sleep(0.1)


def direct_collector(
    folder: Path,
    endpoint: str,
    *,
    environment: Mapping[str, str],
    programs: Programs,
    plane: str = "shop",
    token_file: Path | None = None,
) -> DirectCollector:
    """Return the collector of ``plane`` with its files in ``folder``; ``environment`` is its pod's.

    With a ``token_file`` it is that of a remote plane.
    """
    folder.mkdir()
    grpc, http, own, health, remote = (f"127.0.0.1:{port}" for port in free_ports(5))
    config = folder / "config.yaml"
    config.write_text(
        collector_direct.render(
            CollectorConfig(
                environment="production",
                data_plane_id=plane,
                memory_limit_mib=256,
                otlp_grpc_address=grpc,
                otlp_http_address=http,
                remote_address=remote,
                token_file=None if token_file is None else str(token_file),
                health_address=health,
            ),
            collector_direct.WorkspaceWrites(
                endpoint=endpoint, region=REGION, folder=str(folder / "wal"), interval_s=SCRAPE_S, own_address=own
            ),
        )
    )
    command = [programs.collector, *collector_direct.command_line(str(config))]
    return DirectCollector(
        program=Program(command, folder / "collector.log", environment),
        otlp=f"http://{http}",
        remote=f"http://{remote}",
        health=f"http://{health}/",
    )
