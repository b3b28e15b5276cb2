"""The contract between the topology and the platform that it runs on, in the terms of the domain.

A platform turns descriptions into running things and gives back frozen handles; what differs between platforms is in
their own handle types, which the topology only passes on. The contract is generic in the handle of a zone, so that a
type checker refuses a zone that another kind of platform made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, Self, TypeVar

import pulumi

from components.egress import Egress
from components.front import Front
from components.resources import ALERTMANAGER, PROMETHEUS, Resources
from components.workload import ImageSource, Workload
from config.packs import expected
from config.packs.expected import ExpectedPlane
from config.packs.model import RuleFile


@dataclass(frozen=True, kw_only=True)
class ZoneSpec:
    """What a zone is for: the control plane, or services with an ``environment``, as a data plane has one.

    Raises ValueError for a control plane that admits host paths.

    Attributes:
        name: What the zone is called, and what the names of its resources begin with.
        environment: The label ``environment`` of its metrics; None: it is the control plane's.
        admits_host_paths: Whether its workloads may have ``host_paths``. Its namespace then has Pod Security level
            ``privileged``: whoever may create pods there can have any node. So give it nothing but what needs them.
    """

    name: str
    environment: str | None = None
    admits_host_paths: bool = False

    def __post_init__(self) -> None:
        """Refuse a control plane that gives nodes away."""
        if self.admits_host_paths and self.environment is None:
            raise ValueError(
                f"admits_host_paths of zone {self.name} must be False, as it is the control plane's (got True); make a"
                " zone with an environment for what needs host paths"
            )


class Zone(Protocol):
    """Handle of an isolated zone."""

    @property
    def spec(self) -> ZoneSpec:
        """What the zone was made from."""


ZoneT = TypeVar("ZoneT", bound=Zone)
Zone_co = TypeVar("Zone_co", bound=Zone, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Service:
    """Handle of a running workload.

    ``host`` is its name for callers inside; ``urls`` (port name → URL) are for clients outside. Where such a URL only
    answers inside a cluster, ``access`` (port name → command) forwards a port to it. ``runs_by`` are the resources that
    exist once it runs, and ``replicas`` is how many of it run at least.
    """

    workload: Workload
    host: str
    urls: dict[str, pulumi.Output[str]]
    access: dict[str, str] = field(default_factory=dict)
    runs_by: Sequence[pulumi.Resource] = ()
    replicas: int = 1

    def address(self, port: str) -> str:
        """Return ``host:port`` for callers inside."""
        return f"{self.host}:{self.workload.port(port).number}"


@dataclass(frozen=True, kw_only=True)
class Scrape:
    """A store of all planes scrapes the plane's collector every ``interval_s`` seconds."""

    interval_s: int = 10


@dataclass(frozen=True, kw_only=True)
class RemoteWrite:
    """The plane's collector writes to a store of the plane's own, at ``endpoint`` in ``region``.

    ``endpoint`` ends before ``api/v1`` and wants signed requests; ``interval_s`` is the time between the samples of a
    series in seconds.
    """

    endpoint: str | pulumi.Output[str]
    region: str
    interval_s: int


Ingest = Scrape | RemoteWrite


@dataclass(frozen=True, kw_only=True)
class WatchedPlane(Generic[Zone_co]):
    """A data plane to watch: its zone, its collector, and how metrics get from there into a store.

    ``silence_is_normal`` says that its applications may send nothing for any time; ``services`` are these applications.
    """

    zone: Zone_co
    collector: Service
    ingest: Ingest
    silence_is_normal: bool = False
    services: Sequence[Service] = ()


@dataclass(frozen=True, kw_only=True)
class MetricsStoreSpec(Generic[Zone_co]):
    """A store of metrics with the rules that run in it.

    ``retention`` as Prometheus writes it, intervals in seconds; ``alertmanagers`` are ``host:port`` of every replica,
    none where the store sends notifications by itself. ``expected`` are the planes that must be seen: a platform takes
    the rules for them from ``expecting``. ``resources`` are those of each Prometheus, or of each agent.
    """

    planes: tuple[WatchedPlane[Zone_co], ...]
    rules: tuple[RuleFile, ...]
    retention: str
    retention_size: str | None
    scrape_interval_s: int
    published_port: int
    alertmanagers: tuple[str, ...]
    expected: tuple[ExpectedPlane, ...] = ()
    resources: Resources = PROMETHEUS

    def expecting(self, *, pods: bool = False, **targets: int) -> Self:
        """Return the spec with the rules on what must be seen: every plane, and ``targets`` of each job of its own.

        With ``pods`` the pods of the planes' services too, where whoever scrapes lists them.
        """
        added = expected.rules(self.expected, scrape_interval_s=self.scrape_interval_s, targets=targets, pods=pods)
        return replace(self, rules=(*self.rules, *added))


@dataclass(frozen=True, kw_only=True)
class MetricsStore:
    """Handle of the store: base of its Prometheus HTTP API for callers inside and outside, and the command to reach it.

    ``ready_path`` below that base answers 2xx once the store answers queries; None where every request must be signed.
    ``query_environment`` is what a caller inside needs beside the URL, as environment variables of its container.
    """

    inside_url: pulumi.Input[str]
    query_url: pulumi.Output[str]
    ready_path: str | None = "/-/ready"
    access: str | None = None
    query_environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlaneStore:
    """The store of one plane alone: whose it is, and the base of its Prometheus HTTP API for callers inside."""

    environment: str
    data_plane_id: str
    inside_url: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class PlaneStores:
    """Handle of the stores of all planes, one each; queries across planes go through the console.

    ``query_environment`` is what a caller inside needs beside the URLs, as environment variables of its container.
    """

    stores: tuple[PlaneStore, ...]
    query_environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AlertingSpec:
    """Alertmanager: its image, its port of the host, and the secret URL of its webhook (None: alerts go nowhere).

    ``egress`` is where the webhook's receiver is; None: where its URL says.
    """

    image: ImageSource
    webhook_url: pulumi.Input[str] | None
    published_port: int
    egress: Egress | None = None
    resources: Resources = ALERTMANAGER


class Platform(Protocol[ZoneT]):
    """Where zones and workloads run: what a platform of your own has to implement, with its own handle of a zone."""

    @property
    def name(self) -> str:
        """The platform's name as the stack says it."""

    @property
    def kubectl(self) -> str:
        """The command that reaches its cluster, ``kubectl`` with a context; empty where it has none."""

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> ZoneT:
        """Make a zone that nothing of another zone reaches."""

    def ingest(self, zone: ZoneT, *, parent: pulumi.Resource) -> Ingest:
        """Return how the metrics of a data plane get into a store, and make what the plane needs for that."""

    def host(self, role: str, zone: str) -> str:
        """Return the name by which callers inside reach the workload ``role`` of ``zone``, before it exists."""

    def front(self, role: str, zone: str) -> Front:
        """Return how people reach the workload ``role`` of ``zone`` that is published for the network."""

    def run(self, workload: Workload, zone: ZoneT, *, parent: pulumi.Resource) -> Service:
        """Run a workload in a zone; only its callers and its published ports reach it."""

    def alerting(self, spec: AlertingSpec, zone: ZoneT, *, parent: pulumi.Resource) -> tuple[str, ...]:
        """Run Alertmanager; return ``host:port`` of every replica, none where the store sends notifications itself."""

    def metrics_store(
        self, spec: MetricsStoreSpec[ZoneT], zone: ZoneT, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        """Run the metrics store with its rules; each plane's series carry the identity that the stack gives it."""
