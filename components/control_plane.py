"""The control plane: the metrics store with its rules, Alertmanager, and the console that people look at."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components import roles
from components.platform import (
    AlertingSpec,
    MetricsStore,
    MetricsStoreSpec,
    PlaneStore,
    PlaneStores,
    Platform,
    Service,
    WatchedPlane,
    ZoneSpec,
)
from components.workload import Audience, Port, Probe, Resources, Workload
from config.images import AppImage, Image
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.settings import CONTROL_ZONE, AlertSettings, ControlPlaneSettings

CONSOLE_RESOURCES = Resources(memory_mib=160, cpus=0.5)
# Where the console serves the Prometheus HTTP API over the stores of all planes (apps/console).
_FAN_OUT = "/prometheus"


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """What the control plane watches and with which images; the webhook's URL is a secret."""

    settings: ControlPlaneSettings
    alerts: AlertSettings
    planes: tuple[WatchedPlane, ...]
    alertmanager_image: Image
    console_image: Image | AppImage
    release: str
    stack: str
    alert_webhook_url: pulumi.Output[str] | None


class ControlPlane(pulumi.ComponentResource):
    """The one control plane of a stack."""

    console_url: pulumi.Output[str]
    query_url: pulumi.Output[str]
    access: dict[str, str]

    def __init__(
        self, name: str, args: ControlPlaneArgs, *, platform: Platform, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("planewatch:components:ControlPlane", name, None, opts)
        zone = platform.isolate(ZoneSpec(name=CONTROL_ZONE), parent=self)
        alertmanagers = platform.alerting(alerting_spec(args), zone, parent=self)
        store = platform.metrics_store(metrics_store_spec(args, alertmanagers), zone, parent=self)
        workload = console_workload(
            args, platform.name, environment=store.query_environment, sources=_where_to_ask(store)
        )
        console = platform.run(workload, zone, parent=self)
        self.console_url = console.urls["http"]
        self.query_url, query_access = _queries(store, console)
        self.access = {
            **({"console": console.access["http"]} if console.access else {}),
            **({"query": query_access} if query_access else {}),
        }
        self.register_outputs({"console_url": self.console_url, "query_url": self.query_url})


def alerting_spec(args: ControlPlaneArgs) -> AlertingSpec:
    """Say what tells people of alerts."""
    return AlertingSpec(
        image=args.alertmanager_image,
        webhook_url=args.alert_webhook_url,
        published_port=args.settings.alertmanager_port,
    )


def metrics_store_spec(args: ControlPlaneArgs, alertmanagers: tuple[str, ...]) -> MetricsStoreSpec:
    """Say what the metrics store watches, keeps and evaluates; ``alertmanagers`` are ``host:port`` of every replica."""
    settings = args.settings
    thresholds = AlertThresholds(
        error_ratio=args.alerts.error_ratio,
        latency_p95_s=args.alerts.latency_p95_seconds,
        scrape_interval_s=settings.scrape_interval_seconds,
    )
    return MetricsStoreSpec(
        planes=args.planes,
        rules=render_rules(packs(thresholds)),
        retention=settings.retention,
        retention_size=settings.retention_size,
        scrape_interval_s=settings.scrape_interval_seconds,
        published_port=settings.prometheus_port,
        alertmanagers=alertmanagers,
    )


def _queries(store: MetricsStore | PlaneStores, console: Service) -> tuple[pulumi.Output[str], str | None]:
    """Return the base of the Prometheus HTTP API that answers for all planes, and the way to it."""
    if isinstance(store, MetricsStore):
        return store.query_url, store.access
    return pulumi.Output.concat(console.urls["http"], _FAN_OUT), console.access.get("http")


def _where_to_ask(store: MetricsStore | PlaneStores) -> dict[str, pulumi.Output[str]]:
    """Return the console's variable that says where the metrics are."""
    if isinstance(store, MetricsStore):
        return {"PROMETHEUS_URL": pulumi.Output.from_input(store.inside_url)}
    return {"PROMETHEUS_URLS": pulumi.Output.json_dumps([_entry(each) for each in store.stores])}


def _entry(store: PlaneStore) -> dict[str, pulumi.Input[str]]:
    return {"environment": store.environment, "data_plane_id": store.data_plane_id, "url": store.inside_url}


def console_workload(
    args: ControlPlaneArgs,
    platform: str,
    *,
    environment: Mapping[str, str],
    sources: Mapping[str, pulumi.Output[str]],
) -> Workload:
    """Describe the console on the platform of this name.

    ``environment`` and ``sources`` are the variables by which it finds the metrics.
    """
    return Workload(
        role=roles.CONSOLE,
        image=args.console_image,
        user="10001:10001",
        ports=(
            Port(
                name="http", number=roles.CONSOLE_HTTP, audience=Audience.NETWORK, published=args.settings.console_port
            ),
        ),
        probe=Probe(path="/healthz", port="http"),
        resources=CONSOLE_RESOURCES,
        environment={
            "PORT": str(roles.CONSOLE_HTTP),
            "SCRAPE_INTERVAL_SECONDS": str(args.settings.scrape_interval_seconds),
            "RELEASE": args.release,
            "PLATFORM": platform,
            "STACK": args.stack,
            **environment,
        },
        environment_outputs=sources,
        scratch=("/tmp",),  # noqa: S108  the folder inside the container, held in memory
    )
