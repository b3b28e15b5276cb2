"""Kubernetes as a platform: zones are namespaces, flows NetworkPolicies, services Deployments or StatefulSets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.apps.v1 import Deployment, StatefulSet

from components import roles
from components.platform import AlertingSpec, MetricsStore, MetricsStoreSpec, Scrape, Service, Zone, ZoneSpec
from components.workload import ImageSource, Workload
from config.images import REPOSITORY, AppImage, Image
from config.load import Stack
from infra.images import resolve
from infra.platforms.kubernetes import agents, alerting, files, flows, operated, service, store
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.demand import hard
from infra.platforms.kubernetes.edge import Edge
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.planned import MetricsPlan, kept_on_cluster, plan
from infra.platforms.kubernetes.pod import PodParts
from infra.platforms.kubernetes.scale import Scale, scale_of
from infra.platforms.kubernetes.service import Cluster
from infra.platforms.kubernetes.zone import KubernetesZone, make_zone

_ROOT = Path(__file__).resolve().parents[3]


class KubernetesPlatform:
    """Runs one stack on the cluster that its context names.

    ``reach`` are the options of what belongs to no zone; ``naming`` says how everything is called. ``secrets`` is how
    sensitive files reach pods: by Secrets of the cluster unless told. ``apps`` is what the names of our own apps'
    images begin with where the cluster pulls them. ``metrics`` says how metrics are kept: in a store on the cluster
    unless told.
    """

    name = "kubernetes"

    def __init__(
        self,
        stack: Stack,
        access: ClusterAccess,
        secrets: files.SecretFolders | None = None,
        *,
        apps: str = REPOSITORY,
        metrics: MetricsPlan | None = None,
    ) -> None:
        settings = stack.settings.kubernetes
        self._settings = settings
        self._planned = plan(stack, metrics or kept_on_cluster(stack))
        self._access = access
        self._secrets = secrets or files.KubernetesSecrets()
        self._apps = apps
        self.naming = Naming(
            stack=stack.name,
            release=stack.settings.release,
            labels=settings.labels,
            annotations=settings.annotations,
        )
        self._cluster = Cluster(naming=self.naming, settings=settings)
        self._store_images = store.StoreImages.of(resolve(stack.settings.images))
        self._provider = kubernetes.Provider(
            "cluster",
            context=access.context,
            kubeconfig=access.kubeconfig,
            enable_server_side_apply=True,
            # Changed in place: a replacement would be missing for a moment while the reloader reads.
            enable_config_map_mutable=True,
            enable_secret_mutable=True,
        )
        self.reach = pulumi.ResourceOptions(provider=self._provider, depends_on=list(access.before))
        self._edge = Edge(settings.ingress, self.naming, options=self.reach) if settings.ingress else None

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Create the zone's namespace with its default-deny policies, quota and limits."""
        made = pulumi.ResourceOptions.merge(
            self._options(parent), pulumi.ResourceOptions(depends_on=list(self._access.before))
        )
        bounds = hard(self._planned.get(spec.name, ()), self._settings)
        zone = make_zone(spec, bounds, self.naming, self._access.resolvers, options=made)
        if self._edge:
            self._edge.open(spec.name, options=self._options(parent, zone))
        return zone

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> Scrape:  # noqa: ARG002
        """Create nothing: Prometheus finds collectors by service discovery."""
        return Scrape()

    def namespace(self, zone: str) -> str:
        """Return the name of a zone's namespace."""
        return self.naming.namespace(zone)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self.naming.host(role, zone)

    def run(self, workload: Workload, zone: Zone, *, parent: pulumi.Resource) -> Service:
        """Run a workload: with data as a StatefulSet, without as a Deployment."""
        return self._run(workload, zone, scale_of(workload, self._settings), parent=parent)

    def _run(self, workload: Workload, zone: Zone, scale: Scale, *, parent: pulumi.Resource) -> Service:
        here = _own(zone)
        options = self._options(parent, here)
        mounted = self._files(workload, here, options)
        parts = PodParts(image=self._reference(workload.image), files=mounted, data=service.data_mounts(workload))
        controller = self._start(workload, here, parts, scale, options)
        published = self._edge.publish(workload, here.spec.name, options=options) if self._edge else {}
        return self._handle(workload, here.spec.name, controller, published)

    def alerting(self, spec: AlertingSpec, zone: Zone, *, parent: pulumi.Resource) -> tuple[str, ...]:
        """Run Alertmanager as a StatefulSet, whose pods keep their names; return the address of each replica."""
        self._run(alerting.workload(spec, self.naming), zone, alerting.SCALE, parent=parent)
        return alerting.addresses(self.naming)

    def metrics_store(self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource) -> MetricsStore:
        """Run the replicas of Prometheus, and Thanos Query that deduplicates them."""
        here = _own(zone)
        options = self._options(parent, here)
        self._allow_discovery(spec, here, parent)
        if self._settings.prometheus_operator:
            operated.declare(spec, self._store_images, self._cluster, options=options)
        else:
            workload = store.store_workload(spec, self._store_images, self.naming)
            parts = store.store_parts(workload, self._store_images, self._files(workload, here, options))
            self._start(workload, here, parts, Scale.fixed(self._settings.store_replicas), options)
        query = self.run(
            store.query_workload(self._store_images, self.naming, spec.published_port), here, parent=parent
        )
        return MetricsStore(
            inside_url=f"http://{query.address('http')}",
            query_url=query.urls["http"],
            access=next(iter(query.access.values()), None),
        )

    def agents(
        self, spec: MetricsStoreSpec, zone: Zone, target: agents.RemoteWrite, *, parent: pulumi.Resource
    ) -> None:
        """Run agents that scrape as a store would and write to one outside the cluster."""
        here = _own(zone)
        options = self._options(parent, here)
        self._allow_discovery(spec, here, parent)
        self.allow_outside(roles.PROMETHEUS, here, target.store, parent=parent)
        image = self._store_images.prometheus
        workload = agents.agent_workload(spec, image, self.naming, target)
        parts = agents.agent_parts(workload, image, self._files(workload, here, options))
        self._start(workload, here, parts, agents.SCALE, options)

    def allow_outside(self, role: str, zone: Zone, outside: flows.Outside, *, parent: pulumi.Resource) -> None:
        """Allow egress from a workload to a destination outside the cluster's pods."""
        here = _own(zone)
        flows.allow_outside(role, here.spec.name, outside, self.naming, options=self._options(parent, here))

    def allow_inward(
        self,
        workload: Workload,
        zone: Zone,
        inward: flows.Inward,
        ports: Sequence[str],
        *,
        parent: pulumi.Resource,
    ) -> None:
        """Allow ingress from a client outside the cluster's pods to a workload."""
        here = _own(zone)
        options = self._options(parent, here)
        flows.allow_inward(workload, here.spec.name, inward, ports, self.naming, options=options)

    def _allow_discovery(self, spec: MetricsStoreSpec, control: KubernetesZone, parent: pulumi.Resource) -> None:
        """Allow Prometheus to list the pods of every plane at the API server."""
        for plane in spec.planes:
            options = self._options(parent, control, _own(plane.zone))
            store.allow_discovery(plane.zone.spec.name, self._cluster, options=options)
        self.allow_outside(roles.PROMETHEUS, control, flows.api_server(self._settings.api_server_cidrs), parent=parent)

    def _start(
        self,
        workload: Workload,
        zone: KubernetesZone,
        parts: PodParts,
        scale: Scale,
        options: pulumi.ResourceOptions,
    ) -> StatefulSet | Deployment:
        """Create all objects of a workload; return the controller of its pods: a StatefulSet for one with data."""
        name, cluster = zone.spec.name, self._cluster
        flows.declare(workload, name, self.naming, options=options)
        annotations = zone.account_annotations.get(workload.role)
        account = service.account(workload, name, cluster, annotations=annotations, options=options)
        ready = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[account]))
        service.service(workload, name, cluster, options=options)
        service.disruption_budget(workload, name, cluster, options=options)
        if workload.volumes:
            return service.stateful_set(workload, name, parts, scale.minimum, cluster, options=ready)
        return service.deployment(workload, name, parts, scale, cluster, options=ready)

    def _files(
        self, workload: Workload, zone: KubernetesZone, options: pulumi.ResourceOptions
    ) -> list[files.MountedFiles]:
        folders = (
            files.Folder(
                path=path,
                files=tuple(file for file in workload.files if file.folder == path),
                role=workload.role,
                zone=zone.spec.name,
                naming=self.naming,
            )
            for path in workload.folders
        )
        return [files.mount(folder, self._secrets, options=options) for folder in folders]

    def _handle(
        self,
        workload: Workload,
        zone: str,
        controller: StatefulSet | Deployment,
        published: Mapping[str, pulumi.Output[str]],
    ) -> Service:
        """Return the workload's addresses: at the edge where that publishes it, else behind a port-forward."""
        inside = [port for port in workload.outside if port.name not in published]
        host, context = self.host(workload.role, zone), self._access.context
        forward = f"kubectl{f' --context {context}' if context else ''} -n {self.naming.namespace(zone)} port-forward"
        # Depends on the controller's name, so that URLs are known only once its pods are ready.
        name_of = controller.metadata.name
        urls = {port.name: pulumi.Output.format("http://{0}:{1}", host, port.number, name_of) for port in inside}
        ready = {
            name: pulumi.Output.all(url, name_of).apply(lambda both: str(both[0])) for name, url in published.items()
        }
        return Service(
            workload=workload,
            host=host,
            urls={**urls, **ready},
            access={
                port.name: f"{forward} service/{workload.role} {port.published or port.number}:{port.number}"
                for port in inside
            },
            runs_by=(controller,),
        )

    def _options(self, parent: pulumi.Resource, *zones: KubernetesZone) -> pulumi.ResourceOptions:
        needed = [resource for zone in zones for resource in (zone.namespace, *zone.guards)]
        return pulumi.ResourceOptions(parent=parent, provider=self._provider, depends_on=needed)

    def _reference(self, image: ImageSource) -> pulumi.Input[str]:
        if isinstance(image, Image):
            return image.pinned
        return image.reference(_ROOT, self._apps) if isinstance(image, AppImage) else image


def _own(zone: Zone) -> KubernetesZone:
    if not isinstance(zone, KubernetesZone):
        raise TypeError(f"zone {zone.spec.name!r} was made by another platform")
    return zone
