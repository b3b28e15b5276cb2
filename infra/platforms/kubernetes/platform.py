"""Kubernetes as a platform: zones are namespaces, flows NetworkPolicies, services Deployments or StatefulSets."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

from components import roles
from components.front import Front
from components.names import require_label
from components.platform import AlertingSpec, MetricsStore, MetricsStoreSpec, Scrape, Service, ZoneSpec
from components.workload import ImageSource, Workload
from config.images import AppImage, Image
from infra.platforms.kubernetes import agents, alerting, controllers, edge, files, flows, operated, service, store
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.controllers import Controller
from infra.platforms.kubernetes.edge import Edge
from infra.platforms.kubernetes.kept import mount_kept
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.pod import PodParts
from infra.platforms.kubernetes.quota import bounds
from infra.platforms.kubernetes.scale import Scale, scale_of
from infra.platforms.kubernetes.service import Cluster
from infra.platforms.kubernetes.zone import KubernetesZone, make_zone

_ROOT = Path(__file__).resolve().parents[3]


class KubernetesPlatform:
    """Run zones on the cluster that ``provider`` reaches; by default the one of the stack's Kubernetes provider.

    Its namespaces are called ``planewatch-<name>-<zone>``, so that several programs can share a cluster. ``adopting``
    creates them, a provider for the same cluster: one that upserts takes over those that an earlier stack kept.
    Raises ValueError for a name that is no DNS label of at most 20 characters.
    """

    name = "kubernetes"

    def __init__(
        self,
        name: str,
        args: KubernetesPlatformArgs | None = None,
        *,
        provider: kubernetes.Provider | None = None,
        adopting: kubernetes.Provider | None = None,
    ) -> None:
        require_label(name, "name of a platform")
        self._args = args = args or KubernetesPlatformArgs()
        self._provider, self._adopting = provider, adopting or provider
        self.naming = Naming(
            stack=name,
            release=args.release,
            control=args.control_plane,
            labels=args.labels,
            annotations=args.annotations,
        )
        self._cluster = Cluster(naming=self.naming, args=args)
        self._store_images = store.StoreImages(
            prometheus=args.prometheus_image, thanos=args.thanos_image, resources=args.thanos_resources
        )

    @property
    def kubectl(self) -> str:
        """The command that reaches the cluster."""
        context = self._args.access.context
        return f"kubectl{f' --context {context}' if context else ''}"

    @property
    def reach(self) -> pulumi.ResourceOptions:
        """The options of what belongs to no zone."""
        return pulumi.ResourceOptions(provider=self._provider, depends_on=list(self._args.access.before))

    @cached_property
    def _edge(self) -> Edge | None:
        # Declares resources, which a constructor must not: created with the first zone.
        return Edge(self._args.edge, self.naming, options=self.reach) if self._args.edge else None

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Create the zone's namespace with its default-deny policies, quota and limits.

        Raises ValueError for a control plane with another name than the platform's arguments give.
        """
        if spec.environment is None and spec.name != self.naming.control:
            raise ValueError(
                f"name of the control plane must be {self.naming.control!r}, control_plane of KubernetesPlatformArgs"
                f" (got {spec.name!r})"
            )
        access = self._args.access
        made = pulumi.ResourceOptions.merge(
            self._options(parent), pulumi.ResourceOptions(depends_on=list(access.before))
        )
        claims = self._args.claims.get(spec.name, 0)
        kept = pulumi.ResourceOptions(provider=self._adopting, retain_on_delete=self._args.keep_data and claims > 0)
        zone = make_zone(
            spec,
            bounds(self._args.quota, claims),
            self.naming,
            access.resolvers,
            namespace=pulumi.ResourceOptions.merge(made, kept),
            options=made,
        )
        if self._edge:
            self._edge.open(spec.name, options=self._options(parent, zone))
        return zone

    def ingest(self, zone: KubernetesZone, *, parent: pulumi.Resource) -> Scrape:  # noqa: ARG002
        """Create nothing: Prometheus finds collectors by service discovery."""
        return Scrape(interval_s=self._args.scrape_interval_s)

    def namespace(self, zone: str) -> str:
        """Return the name of a zone's namespace."""
        return self.naming.namespace(zone)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self.naming.host(role, zone)

    def front(self, role: str, zone: str) -> Front:
        """Return the names of the workload's Service, and its host at the edge, if there is one."""
        return edge.front(role, zone, self._args.edge, self.naming)

    def run(self, workload: Workload, zone: KubernetesZone, *, parent: pulumi.Resource) -> Service:
        """Run every version of a workload: with data as a StatefulSet, without as a Deployment."""
        return self._run(workload, zone, scale_of(workload, self._args.replicas), parent=parent)

    def _run(self, workload: Workload, zone: KubernetesZone, scale: Scale, *, parent: pulumi.Resource) -> Service:
        options = self._options(parent, zone)
        ready = controllers.admit(workload, zone, self._cluster, options=options)
        running = [
            controllers.control(version, zone, self._parts(version, zone, options), scale, self._cluster, options=ready)
            for version in workload.versions
        ]
        # Traffic moves to another version only once that is ready.
        first = [] if workload.revision is None else running[:1]
        led = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=first))
        service.service(workload, zone.spec.name, self._cluster, options=led)
        published = self._edge.publish(workload, zone.spec.name, options=options) if self._edge else {}
        return self._handle(workload, zone.spec.name, running, published, scale.minimum)

    def _parts(self, workload: Workload, zone: KubernetesZone, options: pulumi.ResourceOptions) -> PodParts:
        mounted = self._files(workload, zone, options)
        return PodParts(image=self._reference(workload.image), files=mounted, data=service.data_mounts(workload))

    def alerting(self, spec: AlertingSpec, zone: KubernetesZone, *, parent: pulumi.Resource) -> tuple[str, ...]:
        """Run Alertmanager as a StatefulSet, whose pods keep their names; return the address of each replica."""
        self._run(alerting.workload(spec, self.naming), zone, alerting.SCALE, parent=parent)
        return alerting.addresses(self.naming)

    def metrics_store(
        self, spec: MetricsStoreSpec[KubernetesZone], zone: KubernetesZone, *, parent: pulumi.Resource
    ) -> MetricsStore:
        """Run the replicas of Prometheus, and Thanos Query that deduplicates them."""
        options = self._options(parent, zone)
        replicas = self._args.store_replicas
        spec = spec.expecting(
            pods=not self._args.prometheus_operator, prometheus=replicas, alertmanager=len(spec.alertmanagers)
        )
        self._allow_discovery(spec, zone, parent)
        if self._args.prometheus_operator:
            operated.declare(spec, self._store_images, self._cluster, options=options)
        else:
            workload = store.store_workload(spec, self._store_images, self.naming, replicas=replicas)
            parts = store.store_parts(workload, self._store_images, self._files(workload, zone, options))
            self._start(workload, zone, parts, Scale.fixed(replicas), options)
        query = self.run(
            store.query_workload(self._store_images, self.naming, spec.published_port), zone, parent=parent
        )
        return MetricsStore(
            inside_url=f"http://{query.address('http')}",
            query_url=query.urls["http"],
            access=next(iter(query.access.values()), None),
        )

    def agents(
        self,
        spec: MetricsStoreSpec[KubernetesZone],
        zone: KubernetesZone,
        target: agents.RemoteWrite,
        *,
        parent: pulumi.Resource,
    ) -> None:
        """Run agents that scrape as a store would and write to one outside the cluster."""
        options = self._options(parent, zone)
        self._allow_discovery(spec, zone, parent)
        self.allow_external_service(roles.PROMETHEUS, zone, target.store, parent=parent)
        image = self._store_images.prometheus
        workload = agents.agent_workload(spec, image, self.naming, target)
        parts = agents.agent_parts(workload, image, self._files(workload, zone, options))
        self._start(workload, zone, parts, agents.SCALE, options)

    def allow_external_service(
        self, role: str, zone: KubernetesZone, service: flows.ExternalService, *, parent: pulumi.Resource
    ) -> None:
        """Allow egress from a workload to a destination outside the cluster's pods."""
        flows.allow_external_service(role, zone.spec.name, service, self.naming, options=self._options(parent, zone))

    def allow_external_client(
        self,
        workload: Workload,
        zone: KubernetesZone,
        client: flows.ExternalClient,
        ports: Sequence[str],
        *,
        parent: pulumi.Resource,
    ) -> None:
        """Allow ingress from a client outside the cluster's pods to a workload."""
        options = self._options(parent, zone)
        flows.allow_external_client(workload, zone.spec.name, client, ports, self.naming, options=options)

    def _allow_discovery(
        self, spec: MetricsStoreSpec[KubernetesZone], control: KubernetesZone, parent: pulumi.Resource
    ) -> None:
        """Allow Prometheus to list the pods of every plane at the API server."""
        for plane in spec.planes:
            options = self._options(parent, control, plane.zone)
            store.allow_discovery(plane.zone.spec.name, self._cluster, options=options)
        self.allow_external_service(
            roles.PROMETHEUS, control, flows.api_server(self._args.api_server_cidrs), parent=parent
        )

    def _start(
        self,
        workload: Workload,
        zone: KubernetesZone,
        parts: PodParts,
        scale: Scale,
        options: pulumi.ResourceOptions,
    ) -> None:
        """Create all objects of a workload that has one version."""
        ready = controllers.admit(workload, zone, self._cluster, options=options)
        service.service(workload, zone.spec.name, self._cluster, options=options)
        controllers.control(workload, zone, parts, scale, self._cluster, options=ready)

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
                version=workload.name,
            )
            for path in workload.folders
        )
        secrets = self._args.secrets
        mounted = [files.mount(folder, secrets, options=options) for folder in folders]
        return [*mounted, *mount_kept(workload, zone.spec.name, self.naming, secrets, options=options)]

    def _handle(
        self,
        workload: Workload,
        zone: str,
        running: Sequence[Controller],
        published: Mapping[str, pulumi.Output[str]],
        replicas: int,
    ) -> Service:
        """Return the workload's addresses: at the edge where that publishes it, else behind a port-forward."""
        inside = [port for port in workload.outside if port.name not in published]
        host = self.host(workload.role, zone)
        forward = f"{self.kubectl} -n {self.naming.namespace(zone)} port-forward"
        # Depends on the controller's name, so that URLs are known only once its pods are ready.
        name_of = running[0].metadata.name
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
            runs_by=tuple(running),
            replicas=replicas,
        )

    def _options(self, parent: pulumi.Resource, *zones: KubernetesZone) -> pulumi.ResourceOptions:
        needed = [resource for zone in zones for resource in (zone.namespace, *zone.guards)]
        return pulumi.ResourceOptions(parent=parent, provider=self._provider, depends_on=needed)

    def _reference(self, image: ImageSource) -> pulumi.Input[str]:
        if isinstance(image, Image):
            return image.pinned
        return image.reference(_ROOT, self._args.app_images) if isinstance(image, AppImage) else image
