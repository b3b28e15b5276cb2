"""A stack of three planes on the Docker engine."""

import itertools
import shlex
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.prometheus import prometheus
from components.workload import Workload
from config.images import PROMETHEUS
from config.services.prometheus import PrometheusConfig
from config.settings import CONTROL_ZONE
from tests.deployments import Address, Role
from tests.deployments.base import StackUnderTest
from tests.deployments.declared import declared
from tests.harness.containers import PROBE, StackOnEngine
from tests.harness.lifetime import temporary_stack
from tests.harness.listening import listening
from tests.harness.product import ProductStack
from tests.harness.prometheus import Store
from tests.harness.pulumi import Run
from tests.harness.receiver import Receiver
from tests.harness.reporting import Figures
from tests.harness.settings import Settings, local_settings

PLANES = ("dev", "prod", "qa")
FAILING, FLAWLESS = "qa", "prod"
# By its own default a plane fails one payment of twenty, and two of six are nobody's surprise: none may, where a test
# wants no alert of it.
_NO_ERRORS = {"ERROR_RATE": "0"}
_CONNECT_S = 2


@dataclass(frozen=True, kw_only=True)
class InsideContainer:
    """A service's container; the probe program that every one has looks and connects."""

    engine: StackOnEngine
    role: Role

    def listening(self) -> frozenset[int]:
        """Return the ports on which the service listens for others."""
        return listening({table: self._run("cat", f"/proc/net/{table}") for table in ("tcp", "tcp6")})

    def opened(self, targets: Iterable[Address]) -> frozenset[Address]:
        """Try to open every target, all at once."""
        attempts = " ".join(
            f"(nc -w {_CONNECT_S} {host} {port} -e {PROBE} true >/dev/null 2>&1 && echo {host} {port}) &"
            for host, port in sorted(targets)
        )
        text = self._run(*shlex.split(shlex.join(["sh", "-c", f"{attempts} wait"])))
        return frozenset((host, int(port)) for host, port in (line.split() for line in text.splitlines()))

    def _run(self, *command: str) -> str:
        code, text = self.engine.execute(self.role.zone, self.role.name, PROBE, *command)
        assert code == 0, f"{command} in {self.role}: {text}"
        return text


@dataclass(kw_only=True)
class DockerDeployment(StackUnderTest):
    """A stack on the engine, with a receiver of its alerts."""

    stack: ProductStack
    engine: StackOnEngine
    receiver: Receiver
    platform: str = "docker"
    own_jobs: frozenset[str] = frozenset({"prometheus", "alertmanager"})
    lists_pods: bool = False

    @property
    def store(self) -> Store:
        """Prometheus, as published."""
        return Store(url=self.outputs.query_url)

    def interrupt(self, settings: Settings, when: Callable[[], bool]) -> Run:
        """Begin to deploy other settings and interrupt it; the next test gets its own back."""
        self.changed = True
        return self.stack.interrupted_up(settings, when, by=signal.SIGINT)

    def restore(self) -> None:
        """Bring back the settings and wait until everything is well."""
        self.repair()
        self.receiver.start()
        self.wait_well()

    def wait_well(self) -> None:
        """Wait until every service is healthy and the metrics store answers queries."""
        self.engine.wait_healthy()
        self.store.wait_ready()

    def destroy(self, *, delete_data: bool = False) -> Run:
        """Destroy the stack; the next test gets it back."""
        self.changed = True
        self.receiver.stop()
        return self.stack.destroy(delete_data=delete_data)

    def url(self, name: str) -> str:
        """Return the published address."""
        planes = {
            f"{plane}-{port}": url
            for plane, outputs in self.outputs.data_planes.items()
            for port, url in (("http", outputs.api_url), ("otlp-http", outputs.otlp_http_url))
        }
        return {"console": self.outputs.console_url, "query": self.outputs.query_url, **planes}[name]

    def exposition(self, plane: str) -> str:
        """Read the exporter from within the plane."""
        address = f"http://127.0.0.1:{roles.COLLECTOR_METRICS}/metrics"
        return self.engine.fetch(plane, roles.COLLECTOR, address)

    def workloads(self) -> dict[Role, Workload]:
        """Return every workload; the store is Prometheus alone."""
        return declared(self.settings, copies=1, store=_store)

    def names(self, target: Role, caller: Role) -> frozenset[str]:
        """Return the container's name: each runs once."""
        return frozenset() if target == caller else frozenset([self.engine.name(target.zone, target.name)])

    def addresses(self, target: Role, caller: Role) -> frozenset[str]:
        """Return its name, and its address on every network."""
        if target == caller:
            return frozenset()
        networks = self.engine.services()[str(target)]["NetworkSettings"]["Networks"].values()
        return self.names(target, caller).union(network["IPAddress"] for network in networks)

    def tolerates(self, caller: Role, target: Role) -> bool:
        """An engine's networks know no ports: who shares one reaches all of the other, Prometheus too."""
        scrapes = caller == Role(zone=CONTROL_ZONE, name=roles.PROMETHEUS) and target.name == roles.COLLECTOR
        return caller.zone == target.zone or scrapes

    @contextmanager
    def inside(self, role: Role) -> Iterator[InsideContainer]:
        """Stand inside the container."""
        yield InsideContainer(engine=self.engine, role=role)

    def report(self) -> str:
        """Return the last command's output and every container's state and last lines."""
        return f"{self.said()}\n{self.engine.report()}"


def published_ports(deployment: DockerDeployment) -> set[Address]:
    """Return every published port at every address that the host has on the stack's networks."""
    services = deployment.engine.services().values()
    networks = [network for service in services for network in service["NetworkSettings"]["Networks"].values()]
    ports = [
        int(entry["HostPort"])
        for service in services
        for entries in service["NetworkSettings"]["Ports"].values()
        for entry in entries or []
    ]
    return set(itertools.product({network["Gateway"] for network in networks if network["Gateway"]}, ports))


@contextmanager
def deployed(folder: Path, figures: Figures) -> Iterator[DockerDeployment]:
    """Deploy three planes under a name of their own; remove everything at the end, whatever happened."""
    variables = dict.fromkeys(PLANES, _NO_ERRORS) | {
        FAILING: {"ERROR_RATE": "1"},
        FLAWLESS: {**_NO_ERRORS, "ENABLE_SLOW_REQUESTS": "false"},
    }
    settings = local_settings(PLANES, variables=variables)
    with temporary_stack(folder, settings) as (stack, engine):
        receiver = Receiver(engine=engine)
        stack.set_secret("alertWebhookUrl", receiver.url)
        deployment = DockerDeployment(
            stack=stack,
            engine=engine,
            settings=settings,
            receiver=receiver,
            figures=figures,
            planes=PLANES,
            failing=FAILING,
            flawless=FLAWLESS,
        )
        try:
            deployment.restore()
            yield deployment
        finally:
            receiver.stop()


def _store(spec: MetricsStoreSpec[Zone]) -> tuple[Workload, ...]:
    return (prometheus(image=PROMETHEUS, spec=spec, config=PrometheusConfig(), listen_addresses=()),)
