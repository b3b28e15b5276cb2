"""What will run in each zone of a stack, known before anything is declared.

Quotas and permissions are derived from it. The workloads are described by the functions that describe them when they
are declared; what only other resources can say (an address of a workspace) is left out, for no figure depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from components.control_plane import ControlPlaneArgs, alerting_spec, console_workload, metrics_store_spec
from components.data_plane import application_workloads, collector_workload
from components.platform import Ingest, Scrape, Zone
from components.resources import Resources
from components.workload import Workload
from config.kubernetes import KubernetesSettings
from config.load import Stack
from config.settings import CONTROL_ZONE
from infra.images import resolve
from infra.platforms.kubernetes import alerting, from_settings, operated, store
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.scale import Scale, scale_of
from infra.platforms.kubernetes.share import Share
from infra.topology import control_plane_args, data_plane_args

# While a Deployment rolls out, it has one pod more.
_SURGE = 1


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A workload as the platform runs it.

    Each of its pods has containers with the limits ``beside`` it. ``discovers`` tells whether it finds its targets
    through the API server, ``operated`` whether the Prometheus Operator makes its pods.
    """

    workload: Workload
    scale: Scale
    beside: tuple[Resources, ...] = ()
    discovers: bool = False
    operated: bool = False

    def pods(self, replicas: int) -> int:
        """Return how many pods there are at once while workloads without data have ``replicas`` and roll out."""
        if self.workload.volumes or self.workload.placement:
            return self.scale.minimum
        return min(replicas, self.scale.maximum) + _SURGE

    @property
    def share(self) -> Share:
        """What the containers of one pod request and are limited to."""
        return sum((Share.of(container) for container in (self.workload.resources, *self.beside)), Share())


@dataclass(frozen=True, kw_only=True)
class MetricsPlan:
    """How metrics are kept: how they leave collectors, and what runs for that in the control plane."""

    ingest: Ingest
    control: tuple[Planned, ...] = ()


def plan(stack: Stack, metrics: MetricsPlan) -> Mapping[str, tuple[Planned, ...]]:
    """Return what will run in each zone, by the zone's name; the control plane comes last."""
    naming = Naming(stack=stack.name, release=stack.settings.release)
    replicas = from_settings.replicas(stack.settings.kubernetes)

    def planned(*workloads: Workload) -> tuple[Planned, ...]:
        return tuple(
            Planned(workload=version, scale=scale_of(version, replicas))
            for workload in workloads
            for version in workload.versions
        )

    zones = dict[str, tuple[Planned, ...]]()
    for name, args in data_plane_args(stack).items():
        collector = collector_workload(name, args, metrics.ingest)
        otlp = f"{naming.host(collector.role, name)}:{collector.port('otlp-http').number}"
        zones[name] = planned(collector, *application_workloads(name, args, metrics.ingest, otlp, naming.host))
    console = console_workload(control_plane_args(stack, ()), stack.settings.platform, environment={}, sources={})
    return {**zones, CONTROL_ZONE: (*planned(console), *metrics.control)}


def kept_on_cluster(stack: Stack) -> MetricsPlan:
    """Return the plan of a metrics store on the cluster itself, with Alertmanager."""
    settings, naming = stack.settings.kubernetes, Naming(stack=stack.name, release=stack.settings.release)
    args: ControlPlaneArgs[Zone] = control_plane_args(stack, ())
    alertmanager = alerting.workload(alerting_spec(args), naming)
    spec = metrics_store_spec(args, alerting.addresses(naming))
    images = resolve(stack.settings.images)
    thanos = from_settings.thanos(stack.settings.control_plane.resources)
    own = store.StoreImages(prometheus=images.prometheus, thanos=images.thanos, resources=thanos)
    query = store.query_workload(own, naming, spec.published_port)
    return MetricsPlan(
        ingest=Scrape(),
        control=(
            Planned(workload=alertmanager, scale=alerting.SCALE),
            _prometheus(store.store_workload(spec, own, naming), thanos.sidecar, settings),
            Planned(workload=query, scale=scale_of(query, from_settings.replicas(settings))),
        ),
    )


def _prometheus(workload: Workload, sidecar: Resources, settings: KubernetesSettings) -> Planned:
    by_operator = settings.prometheus_operator
    return Planned(
        workload=operated.without_files(workload) if by_operator else workload,
        scale=Scale.fixed(settings.store_replicas),
        beside=(sidecar, *((store.RELOADER_RESOURCES,) if by_operator else ())),
        discovers=True,
        operated=by_operator,
    )
