"""A platform that runs nothing and records what the topology asks of it; what it does not know raises."""

from dataclasses import dataclass, field

import pulumi

from components import roles
from components.alertmanager import addresses, alertmanager
from components.front import Front
from components.platform import (
    AlertingSpec,
    Ingest,
    MetricsStore,
    MetricsStoreSpec,
    PlaneStore,
    PlaneStores,
    RemoteWrite,
    Scrape,
    Service,
    ZoneSpec,
)
from components.workload import Workload

EDGE = "http://edge.example"


@dataclass(frozen=True, kw_only=True)
class FakeZone:
    """Handle of a recorded zone."""

    spec: ZoneSpec


@dataclass(kw_only=True)
class FakePlatform:
    """Records zones, workloads by (zone, role), stores, and the parent of each call by its name.

    Where collectors ``write``, each plane has a store of its own. Other machines reach the console at ``opened_at``.
    """

    name: str = "fake"
    kubectl: str = ""
    copies: int = 1
    write: bool = False
    opened_at: str | None = None
    zones: dict[str, ZoneSpec] = field(default_factory=dict)
    workloads: dict[tuple[str, str], Workload] = field(default_factory=dict)
    stores: list[MetricsStoreSpec[FakeZone]] = field(default_factory=list)
    parents: dict[str, pulumi.Resource] = field(default_factory=dict)

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> FakeZone:
        if spec.name in self.zones:
            raise AssertionError(f"zone {spec.name} is made twice")
        self.zones[spec.name] = spec
        self.parents[spec.name] = parent
        return FakeZone(spec=spec)

    def ingest(self, zone: FakeZone, *, parent: pulumi.Resource) -> Ingest:
        self.parents[f"{self._known(zone)}-ingest"] = parent
        if not self.write:
            return Scrape()
        return RemoteWrite(endpoint=pulumi.Output.from_input(_own_store(zone)), region="eu-central-1", interval_s=10)

    def host(self, role: str, zone: str) -> str:
        return f"{role}.{zone}"

    def front(self, role: str, zone: str) -> Front:
        return Front(hosts=(self.host(role, zone),), opened_at=self.opened_at)

    def run(self, workload: Workload, zone: FakeZone, *, parent: pulumi.Resource) -> Service:
        key = self._known(zone), workload.role
        if key in self.workloads:
            raise AssertionError(f"{key} is run twice")
        self.workloads[key] = workload
        self.parents["-".join(key)] = parent
        return Service(workload=workload, host=self.host(workload.role, key[0]), urls=_urls(workload))

    def alerting(self, spec: AlertingSpec, zone: FakeZone, *, parent: pulumi.Resource) -> tuple[str, ...]:
        replicas = tuple(f"{roles.ALERTMANAGER}-{number}.{self._known(zone)}" for number in range(self.copies))
        self.run(alertmanager(spec, replicas=replicas), zone, parent=parent)
        return addresses(replicas)

    def metrics_store(
        self, spec: MetricsStoreSpec[FakeZone], zone: FakeZone, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        self.stores.append(spec)
        self.parents["store"] = parent
        for plane in spec.planes:
            self._known(plane.zone)
        if self.write:
            return PlaneStores(stores=tuple(_store_of(plane.zone) for plane in spec.planes))
        inside = f"http://{self.host(roles.PROMETHEUS, self._known(zone))}:{roles.PROMETHEUS_HTTP}"
        return MetricsStore(inside_url=inside, query_url=pulumi.Output.from_input(f"{EDGE}:{spec.published_port}"))

    def _known(self, zone: FakeZone) -> str:
        if self.zones.get(zone.spec.name) is not zone.spec:
            raise AssertionError(f"zone {zone.spec.name} was not made by this platform")
        return zone.spec.name


def _own_store(zone: FakeZone) -> str:
    return f"{EDGE}/workspaces/{zone.spec.name}/"


def _store_of(zone: FakeZone) -> PlaneStore:
    name = zone.spec.name
    return PlaneStore(environment=zone.spec.environment or name, data_plane_id=name, inside_url=_own_store(zone))


def _urls(workload: Workload) -> dict[str, pulumi.Output[str]]:
    return {
        port.name: pulumi.Output.from_input(f"{EDGE}:{port.published}")
        for port in workload.ports
        if port.published is not None
    }
