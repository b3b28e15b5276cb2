"""The control plane: the metrics store with its rules, Alertmanager, and the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

import pulumi

from components import roles
from components.console import ConsoleSpec, console, sources
from components.egress import Egress
from components.front import Access, Login
from components.names import require_label
from components.platform import (
    AlertingSpec,
    MetricsStore,
    MetricsStoreSpec,
    PlaneStores,
    Platform,
    Scrape,
    Service,
    WatchedPlane,
    Zone,
    Zone_co,
    ZoneSpec,
    ZoneT,
)
from components.resources import ALERTMANAGER, CONSOLE, PROMETHEUS, Resources
from components.workload import ImageSource, Workload
from config import images
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import render_rules

# Where the console says that the stores answer its queries (apps/console).
_READY = "/readyz"
# Where the console serves the Prometheus HTTP API over the stores of all planes (apps/console).
_FAN_OUT = "/prometheus"


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs(Generic[Zone_co]):
    """The planes to watch, how long to keep metrics, and where alerts go.

    Attributes:
        planes: The planes to watch: ``DataPlane.watched`` of each.
        console_image: The console to run.
        console_port: Port of the host for the console.
        prometheus_port: Port of the host for queries.
        alertmanager_port: Port of the host for Alertmanager.
        retention: How long metrics are kept, as Prometheus writes it (``15d``).
        retention_size: How much of the disk metrics may take, as Prometheus writes it (``10GB``); None: no bound.
        thresholds: Limits of the alerts, and the interval between scrapes.
        alertmanager_image: The Alertmanager to run.
        release: What the console shows as its release.
        stack: What the console shows as the name of the whole; by default the stack's.
        proxies: How many proxies stand in front of the console, each of which adds its client's address to
            ``X-Forwarded-For``; the rate limit counts the clients of the outermost.
        login: What authenticates people before they reach the console, which has no login of its own; required where
            other machines reach it. ``Login()``: nothing does, and that is on purpose.
        host_names: More host names that lead to the console, beside those that the platform gives it and addresses.
        alert_webhook_url: A secret URL to which alerts are posted; None: alerts are sent nowhere.
        alert_egress: Where the webhook's receiver is; None: where the URL says, its address or, with a host name, its
            port at any address.
        prometheus_resources: What each Prometheus may use, or each agent.
        alertmanager_resources: What each Alertmanager may use.
        console_resources: What each console may use.
    """

    planes: Sequence[WatchedPlane[Zone_co]]
    console_image: ImageSource
    console_port: int = 8080
    prometheus_port: int = 9090
    alertmanager_port: int = 9093
    retention: str = "15d"
    retention_size: str | None = None
    thresholds: AlertThresholds = field(default_factory=AlertThresholds)
    alertmanager_image: ImageSource = images.ALERTMANAGER
    release: str = "dev"
    stack: str | None = None
    proxies: int = 0
    login: Login | None = None
    host_names: Sequence[str] = ()
    alert_webhook_url: pulumi.Input[str] | None = None
    alert_egress: Egress | None = None
    prometheus_resources: Resources = PROMETHEUS
    alertmanager_resources: Resources = ALERTMANAGER
    console_resources: Resources = CONSOLE


class ControlPlane(pulumi.ComponentResource):
    """Watch data planes: store their metrics, evaluate rules, send alerts, and serve the console.

    The names of its resources begin with the component's own. Raises ValueError for a name that is no DNS label of at
    most 20 characters, or that differs from the platform's ``control_plane`` on Kubernetes and EKS, and for a console
    that other machines reach without a ``login``.

    Attributes:
        console_url: Where people reach the console.
        console_access: Who gets to the console: ``kind`` is ``local``, ``authenticated`` or ``open``, and
            ``authentication`` is what authenticates people, ``note`` what whoever deploys it should know.
        query_url: Base of the Prometheus HTTP API that answers for all planes.
        query_health_url: What answers 2xx once queries are answered, the console itself where only it can ask.
        access: Commands that open a way to what answers inside a cluster only, by name.
    """

    console_url: pulumi.Output[str]
    console_access: dict[str, str]
    query_url: pulumi.Output[str]
    query_health_url: pulumi.Output[str]
    access: dict[str, str]

    def __init__(
        self,
        name: str,
        args: ControlPlaneArgs[ZoneT],
        *,
        platform: Platform[ZoneT],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        require_label(name, "name of a control plane")
        reached = Access(front=platform.front(roles.CONSOLE, name), login=args.login, hosts=args.host_names)
        super().__init__("planewatch:components:ControlPlane", name, None, opts)
        reached.tell(self)
        if args.alert_webhook_url is not None:
            args = replace(args, alert_webhook_url=pulumi.Output.secret(args.alert_webhook_url))
        zone = platform.isolate(ZoneSpec(name=name), parent=self)
        alertmanagers = platform.alerting(alerting_spec(args), zone, parent=self)
        store = platform.metrics_store(metrics_store_spec(args, alertmanagers), zone, parent=self)
        workload = console_workload(
            args, platform.name, access=reached, environment=store.query_environment, sources=sources(store)
        )
        running = platform.run(workload, zone, parent=self)
        self.console_url = running.urls["http"]
        self.console_access = reached.outputs
        self.query_url, query_access = _queries(store, running)
        self.query_health_url = _answers(store, running)
        self.access = {
            **({"console": running.access["http"]} if running.access else {}),
            **({"query": query_access} if query_access else {}),
        }
        self.register_outputs({"console_url": self.console_url, "query_url": self.query_url})


def alerting_spec(args: ControlPlaneArgs[Zone]) -> AlertingSpec:
    """Return how alerts are grouped and sent."""
    return AlertingSpec(
        image=args.alertmanager_image,
        webhook_url=args.alert_webhook_url,
        published_port=args.alertmanager_port,
        egress=args.alert_egress,
        resources=args.alertmanager_resources,
    )


def metrics_store_spec(args: ControlPlaneArgs[ZoneT], alertmanagers: tuple[str, ...]) -> MetricsStoreSpec[ZoneT]:
    """Return what the metrics store watches, keeps and evaluates; ``alertmanagers`` are ``host:port`` of each."""
    return MetricsStoreSpec(
        planes=tuple(args.planes),
        rules=render_rules(packs(args.thresholds)),
        retention=args.retention,
        retention_size=args.retention_size,
        scrape_interval_s=args.thresholds.scrape_interval_s,
        published_port=args.prometheus_port,
        alertmanagers=alertmanagers,
        expected=tuple(_expected(plane, args.thresholds) for plane in args.planes),
        resources=args.prometheus_resources,
    )


def _expected(plane: WatchedPlane[Zone], thresholds: AlertThresholds) -> ExpectedPlane:
    spec = plane.zone.spec
    return ExpectedPlane(
        data_plane_id=spec.name,
        environment=spec.environment or spec.name,
        # A store that is written to knows one collector: who writes for the plane.
        collectors=plane.collector.replicas if isinstance(plane.ingest, Scrape) else 1,
        silence_is_normal=plane.silence_is_normal,
        error_ratio=thresholds.error_ratio,
        latency_p95_s=thresholds.latency_p95_s,
        workloads={
            version.name: service.replicas for service in plane.services for version in service.workload.versions
        },
    )


def console_workload(
    args: ControlPlaneArgs[Zone],
    platform: str,
    *,
    access: Access | None = None,
    environment: Mapping[str, str],
    sources: Mapping[str, pulumi.Output[str]],
) -> Workload:
    """Describe the console on the platform of this name.

    ``access`` is who reaches it; ``environment`` and ``sources`` are the variables by which it finds the metrics.
    """
    spec = ConsoleSpec(
        image=args.console_image,
        published_port=args.console_port,
        scrape_interval_s=args.thresholds.scrape_interval_s,
        release=args.release,
        stack=args.stack or pulumi.get_stack(),
        platform=platform,
        proxies=args.proxies,
        resources=args.console_resources,
        access=access or Access(),
    )
    return console(spec, environment=environment, sources=sources)


def _queries(store: MetricsStore | PlaneStores, running: Service) -> tuple[pulumi.Output[str], str | None]:
    """Return the base of the Prometheus HTTP API that answers for all planes, and the way to it."""
    if isinstance(store, MetricsStore):
        return store.query_url, store.access
    return pulumi.Output.concat(running.urls["http"], _FAN_OUT), running.access.get("http")


def _answers(store: MetricsStore | PlaneStores, running: Service) -> pulumi.Output[str]:
    """Return the URL that shows whether queries are answered."""
    if isinstance(store, MetricsStore) and store.ready_path is not None:
        return pulumi.Output.concat(store.query_url, store.ready_path)
    return pulumi.Output.concat(running.urls["http"], _READY)
