"""AWS: Kubernetes as everywhere, on a cluster, a network and identities of the stack's own, with managed metrics."""

import os
from dataclasses import replace

import pulumi

from components.platform import (
    AlertingSpec,
    Ingest,
    MetricsStore,
    MetricsStoreSpec,
    PlaneStores,
    Service,
    Zone,
    ZoneSpec,
)
from components.workload import Workload
from config.aws.settings import AwsSettings
from config.images import REPOSITORY
from config.load import Stack
from infra.platforms.eks.access import kubeconfig
from infra.platforms.eks.checks import refuse_unfit_stack, required_settings
from infra.platforms.eks.enforcement import enforcement
from infra.platforms.eks.foundation import Foundation, lay_foundation
from infra.platforms.eks.scraper import ScrapedWorkspace
from infra.platforms.eks.shared import SharedWorkspace
from infra.platforms.eks.storage import storage_class, with_storage_class
from infra.platforms.eks.workspaces import PlaneWorkspaces
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone

_Metrics = SharedWorkspace | ScrapedWorkspace | PlaneWorkspaces
# The agent that gives credentials to pods answers at a link-local address of each node.
_POD_IDENTITY = "169.254.170.23/32"


class EksPlatform:
    """Runs one stack on an EKS cluster, with Managed Prometheus in place of a store of its own.

    Nothing runs in a zone before ``guards`` stand.
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

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Make the zone's namespace; its pods wait for the roles that they take on, and for what holds them apart."""
        zone = self._kubernetes.isolate(spec, parent=parent)
        identities = self._foundation.identities_in(spec.name)
        return replace(
            zone,
            guards=(*zone.guards, *self._guards, *identities.values()),
            account_annotations={role: identity.annotations for role, identity in identities.items()},
        )

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> Ingest:
        """Let collectors be found by what scrapes them, or say which workspace they write to."""
        return self._metrics.ingest(zone, parent=parent)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self._kubernetes.host(role, zone)

    def run(self, workload: Workload, zone: Zone, *, parent: pulumi.Resource) -> Service:
        """Run a workload as on any cluster."""
        return self._kubernetes.run(workload, zone, parent=parent)

    def alerting(self, spec: AlertingSpec, zone: Zone, *, parent: pulumi.Resource) -> tuple[str, ...]:  # noqa: ARG002
        """Run nothing: the alert manager belongs to the workspace, and tells people by SNS."""
        return ()

    def metrics_store(
        self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        """Have Managed Prometheus keep and evaluate metrics, in one workspace or in one for each plane."""
        return self._metrics.store(spec, zone, parent=parent)


def make_platform(stack: Stack) -> EksPlatform:
    """Make what the stack has on AWS and what its cluster needs once; returns the platform that runs zones there.

    Raises ``pulumi.RunError`` for a stack that does not fit, before anything is made.
    """
    settings = required_settings(stack)
    kind = _kind_of_metrics(settings)
    planned = kind.planned(stack)
    refuse_unfit_stack(stack, settings, planned)
    foundation = lay_foundation(stack, settings)
    cluster, account = foundation.cluster, foundation.account
    kubernetes = KubernetesPlatform(
        with_storage_class(stack),
        ClusterAccess(
            kubeconfig=kubeconfig(cluster.name, cluster.endpoint, cluster.certificate, settings),
            context=cluster.context,
            before=cluster.ready,
            resolvers=cluster.resolvers,
        ),
        foundation.secrets,
        apps=f"{account.registry}/{account.name}" if settings.registry else REPOSITORY,
        metrics=planned,
    )
    if stack.settings.kubernetes.storage_class is None:
        storage_class(kubernetes.naming, cluster.compute, account.tags, options=kubernetes.reach)
    guards: tuple[pulumi.Resource, ...] = ()
    if cluster.compute == "auto-mode" and settings.cluster.existing is None:
        guards = (enforcement(kubernetes.naming, options=kubernetes.reach),)
    interval_s = stack.settings.control_plane.scrape_interval_seconds
    return EksPlatform(foundation, kubernetes, _choose_metrics(kind, foundation, kubernetes, interval_s), guards)


def _kind_of_metrics(settings: AwsSettings) -> type[_Metrics]:
    """Return who keeps metrics; known before anything of it is made, for what it takes is held against quotas."""
    if settings.metrics.isolation == "workspace":
        return PlaneWorkspaces
    return ScrapedWorkspace if settings.metrics.collection == "scraper" else SharedWorkspace


def _choose_metrics(
    kind: type[_Metrics], foundation: Foundation, kubernetes: KubernetesPlatform, interval_s: int
) -> _Metrics:
    service = Outside(name="aws", cidrs=(*foundation.cluster.cidrs, _POD_IDENTITY), ports=(443, 80))
    if kind is PlaneWorkspaces:
        return PlaneWorkspaces(foundation.metrics, kubernetes, service, interval_s=interval_s)
    if kind is ScrapedWorkspace:
        cluster = foundation.cluster
        return ScrapedWorkspace(foundation.metrics, kubernetes, service, cluster=cluster, interval_s=interval_s)
    return SharedWorkspace(foundation.metrics, kubernetes, service)
