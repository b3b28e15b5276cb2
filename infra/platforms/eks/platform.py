"""AWS: Kubernetes as everywhere, on the stack's own cluster, network and identities, with managed metrics."""

import os
from dataclasses import replace

import pulumi

from components.front import Front
from components.platform import (
    AlertingSpec,
    Ingest,
    MetricsStore,
    MetricsStoreSpec,
    PlaneStores,
    Service,
    ZoneSpec,
)
from components.workload import Workload
from config.aws.settings import AwsSettings
from config.images import REPOSITORY
from config.load import Stack
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.eks.access import kubeconfig
from infra.platforms.eks.checks import refuse_unfit_stack, required_settings
from infra.platforms.eks.enforcement import enforcement
from infra.platforms.eks.foundation import Foundation, lay_foundation
from infra.platforms.eks.scraper import ScrapedWorkspace
from infra.platforms.eks.shared import SharedWorkspace
from infra.platforms.eks.storage import storage_class
from infra.platforms.eks.workspaces import PlaneWorkspaces
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.flows import ExternalService
from infra.platforms.kubernetes.of_stack import make_adopting, make_provider, platform_args
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone

_Metrics = SharedWorkspace | ScrapedWorkspace | PlaneWorkspaces
# The agent that gives credentials to pods answers at a link-local address of each node.
_POD_IDENTITY = "169.254.170.23/32"


class EksPlatform:
    """Runs one stack on an EKS cluster, with Managed Prometheus in place of a store of its own.

    Nothing runs in a zone before ``guards`` exist.
    """

    # What is shown must never pass for the real thing.
    name = "eks (simulated AWS)" if os.environ.get("AWS") == "simulated" else "eks"

    def __init__(
        self,
        foundation: Foundation,
        kubernetes: KubernetesPlatform,
        metrics: _Metrics,
        guards: tuple[pulumi.Resource, ...] = (),
    ) -> None:
        self._foundation, self._kubernetes, self._metrics = foundation, kubernetes, metrics
        self._guards = guards

    @property
    def kubectl(self) -> str:
        """The command that reaches the cluster."""
        return self._kubernetes.kubectl

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Create the zone's namespace; its pods wait for their IAM roles and for the guards."""
        zone = self._kubernetes.isolate(spec, parent=parent)
        identities = self._foundation.identities_in(spec.name)
        return replace(
            zone,
            guards=(*zone.guards, *self._guards, *identities.values()),
            account_annotations={role: identity.annotations for role, identity in identities.items()},
        )

    def ingest(self, zone: KubernetesZone, *, parent: pulumi.Resource) -> Ingest:
        """Let collectors be discovered and scraped, or return the workspace that they write to."""
        return self._metrics.ingest(zone, parent=parent)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self._kubernetes.host(role, zone)

    def front(self, role: str, zone: str) -> Front:
        """Return how people reach the workload, as on any cluster."""
        return self._kubernetes.front(role, zone)

    def run(self, workload: Workload, zone: KubernetesZone, *, parent: pulumi.Resource) -> Service:
        """Run a workload as on any cluster."""
        return self._kubernetes.run(workload, zone, parent=parent)

    def alerting(self, spec: AlertingSpec, zone: KubernetesZone, *, parent: pulumi.Resource) -> tuple[str, ...]:  # noqa: ARG002
        """Run nothing: the alert manager belongs to the workspace and notifies through SNS."""
        return ()

    def metrics_store(
        self, spec: MetricsStoreSpec[KubernetesZone], zone: KubernetesZone, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        """Let Managed Prometheus store and evaluate metrics, in one workspace or in one for each plane."""
        return self._metrics.store(spec, zone, parent=parent)


def make_platform(stack: Stack, *, control_plane: str = CONTROL_ZONE) -> EksPlatform:
    """Create the stack's AWS resources and what its cluster needs once; return the platform that runs zones there.

    ``control_plane`` names the stack's control plane. Raises ``pulumi.RunError`` for a stack that does not fit, before
    anything is created.
    """
    settings = required_settings(stack)
    kind = _kind_of_metrics(settings)
    planned = kind.planned(stack)
    refuse_unfit_stack(stack, settings, planned)
    foundation = lay_foundation(stack, settings, control_plane=control_plane)
    cluster, account = foundation.cluster, foundation.account
    access = ClusterAccess(
        kubeconfig=kubeconfig(
            cluster.name, cluster.endpoint, cluster.certificate, region=settings.region, profile=settings.profile
        ),
        context=cluster.context,
        before=cluster.ready,
        resolvers=cluster.resolvers,
    )
    said = platform_args(stack, access, planned, control_plane=control_plane)
    lasting = _lasts(stack.settings, settings)
    args = replace(
        said,
        keep_data=said.keep_data and lasting,
        storage_class=said.storage_class or account.name,
        app_images=f"{account.registry}/{account.name}" if settings.registry else REPOSITORY,
        secrets=foundation.secrets,
    )
    adopting = make_adopting(access) if lasting else None
    kubernetes = KubernetesPlatform(stack.name, args, provider=make_provider(access), adopting=adopting)
    if said.storage_class is None:
        storage_class(kubernetes.naming, cluster.compute, account.tags, options=kubernetes.reach)
    guards: tuple[pulumi.Resource, ...] = ()
    if cluster.compute == "auto-mode" and settings.cluster.existing is None:
        guards = (enforcement(kubernetes.naming, options=kubernetes.reach),)
    interval_s = stack.settings.control_plane.scrape_interval_seconds
    return EksPlatform(foundation, kubernetes, _choose_metrics(kind, foundation, kubernetes, interval_s), guards)


def _lasts(said: StackSettings, settings: AwsSettings) -> bool:
    """Whether namespaces are kept for the data in them: where the stack makes the cluster, all goes with the cluster.

    One that is protected stays; but claims of ours are worth keeping only where workloads have data.
    """
    return settings.cluster.existing is not None or (settings.protection == "protected" and said.has_volumes)


def _kind_of_metrics(settings: AwsSettings) -> type[_Metrics]:
    """Return how metrics are stored; known before anything is created, because its needs are checked against quotas."""
    if settings.metrics.isolation == "workspace":
        return PlaneWorkspaces
    return ScrapedWorkspace if settings.metrics.collection == "scraper" else SharedWorkspace


def _choose_metrics(
    kind: type[_Metrics], foundation: Foundation, kubernetes: KubernetesPlatform, interval_s: int
) -> _Metrics:
    service = ExternalService(name="aws", cidrs=(*foundation.cluster.cidrs, _POD_IDENTITY), ports=(443, 80))
    if kind is PlaneWorkspaces:
        return PlaneWorkspaces(foundation.metrics, kubernetes, service, interval_s=interval_s)
    if kind is ScrapedWorkspace:
        cluster = foundation.cluster
        return ScrapedWorkspace(foundation.metrics, kubernetes, service, cluster=cluster, interval_s=interval_s)
    return SharedWorkspace(foundation.metrics, kubernetes, service)
