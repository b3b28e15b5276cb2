"""AWS: Kubernetes as everywhere, on a cluster, a network and identities of the stack's own, with managed metrics."""

import os
from dataclasses import replace

import pulumi

from components.aws.budget import budget
from components.aws.notifications import Notifications, NotificationsArgs
from components.aws.registry import Registry, RegistryArgs
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
from config.images import APPS, REPOSITORY
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.eks.access import kubeconfig
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.enforcement import enforcement
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.metrics import Metrics
from infra.platforms.eks.provider import find_account, make_provider
from infra.platforms.eks.scraper import ScrapedWorkspace
from infra.platforms.eks.secrets import SecretsManager
from infra.platforms.eks.shared import SharedWorkspace
from infra.platforms.eks.storage import storage_class, with_storage_class
from infra.platforms.eks.workspaces import PlaneWorkspaces
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.planned import plan
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.preflight import own_quotas
from infra.platforms.kubernetes.zone import KubernetesZone


class EksPlatform:
    """Runs one stack on an EKS cluster, with Managed Prometheus in place of a store of its own."""

    # What is shown must never pass for the real thing.
    name = "eks (simulated AWS)" if os.environ.get("AWS") == "simulated" else "eks"

    def __init__(self, stack: Stack) -> None:
        settings = _settings(stack)
        self._settings = settings
        provider = make_provider(stack, settings)
        self._options = pulumi.ResourceOptions(provider=provider)
        self._account = find_account(stack, settings, provider)
        secrets = bool(stack.settings.remote_planes)
        self._cluster = choose_cluster(settings, self._account, provider, secrets=secrets)
        self._notifications = Notifications(
            "notifications",
            NotificationsArgs(account=self._account, settings=settings.notifications),
            opts=self._options,
        )
        if settings.registry:
            Registry(
                "registry",
                RegistryArgs(
                    account=self._account,
                    names=tuple(app.name for app in APPS),
                    protected=settings.protection == "protected",
                ),
                opts=self._options,
            )
        if settings.budget:
            budget(self._account, settings.budget, options=self._options)
        self._secrets = SecretsManager(
            self._account, settings, stack.settings.kubernetes, self._cluster, options=self._options
        )
        # The agent that gives credentials to pods answers at a link-local address of each node.
        self._service = Outside(name="aws", cidrs=(*self._cluster.cidrs, "169.254.170.23/32"), ports=(443, 80))
        self._kubernetes = KubernetesPlatform(
            with_storage_class(stack),
            ClusterAccess(
                kubeconfig=kubeconfig(self._cluster.name, self._cluster.endpoint, self._cluster.certificate, settings),
                context=self._cluster.context,
                before=self._cluster.ready,
                resolvers=self._cluster.resolvers,
            ),
            self._secrets,
            apps=self._account.registry if settings.registry else REPOSITORY,
            metrics=_kept_by(settings).planned(stack),
        )
        self._identities = Identities(
            self._account,
            self._cluster,
            by=settings.identity,
            namespace=self._kubernetes.namespace,
            options=self._options,
        )
        if stack.settings.kubernetes.storage_class is None:
            storage_class(
                self._kubernetes.naming, self._cluster.compute, self._account.tags, options=self._kubernetes.reach
            )
        # What must stand, beside a zone's own policies, before anything runs in it.
        self._enforced: tuple[pulumi.Resource, ...] = ()
        if self._cluster.compute == "auto-mode" and settings.cluster.existing is None:
            self._enforced = (enforcement(self._kubernetes.naming, options=self._kubernetes.reach),)
        self._metrics = self._choose_metrics(stack.settings.control_plane.scrape_interval_seconds)

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Make the zone's namespace, as on any cluster; nothing runs in it before its policies are held to."""
        zone = self._kubernetes.isolate(spec, parent=parent)
        return replace(zone, guards=(*zone.guards, *self._enforced))

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> Ingest:
        """Let collectors be found by what scrapes them, or make the workspace that they write to."""
        return self._metrics.ingest(zone, parent=parent)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self._kubernetes.host(role, zone)

    def run(self, workload: Workload, zone: Zone, *, parent: pulumi.Resource) -> Service:
        """Run a workload; one with an identity waits for it, for its pods are given it when they are made."""
        self._identities.allow(workload.role, zone.spec, *self._secrets.keep(workload, zone.spec, parent=parent))
        return self._kubernetes.run(workload, self._identities.give(workload.role, zone, parent=parent), parent=parent)

    def alerting(self, spec: AlertingSpec, zone: Zone, *, parent: pulumi.Resource) -> tuple[str, ...]:  # noqa: ARG002
        """Run nothing: the alert manager belongs to the workspace, and tells people by SNS."""
        return ()

    def metrics_store(
        self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        """Have Managed Prometheus keep and judge metrics, in one workspace or in one for each plane."""
        return self._metrics.store(spec, zone, parent=parent)

    def _choose_metrics(self, interval_s: int) -> SharedWorkspace | ScrapedWorkspace | PlaneWorkspaces:
        kind = _kept_by(self._settings)
        metrics = Metrics(
            account=self._account,
            settings=self._settings,
            topics=self._notifications.topics,
            options=self._options,
        )
        parts = metrics, self._identities, self._kubernetes, self._service
        if kind is PlaneWorkspaces:
            return PlaneWorkspaces(*parts, interval_s=interval_s)
        if kind is ScrapedWorkspace:
            return ScrapedWorkspace(*parts, cluster=self._cluster, interval_s=interval_s)
        return SharedWorkspace(*parts)


def _kept_by(settings: AwsSettings) -> type[SharedWorkspace | ScrapedWorkspace | PlaneWorkspaces]:
    """Return who keeps metrics; known before anything of it is made, for what it takes is held against quotas."""
    if settings.metrics.isolation == "workspace":
        return PlaneWorkspaces
    return ScrapedWorkspace if settings.metrics.collection == "scraper" else SharedWorkspace


def _settings(stack: Stack) -> AwsSettings:
    """Return the AWS settings.

    Raises ``pulumi.RunError`` for what this platform has another place for, or lacks, and for zones beyond their quota.
    """
    settings = stack.settings.aws
    if settings is None:
        raise pulumi.RunError("planewatch:aws is missing; platform eks needs a region and an owner at least")
    faults = own_quotas.problems(stack, plan(stack, _kept_by(settings).planned(stack)))
    if stack.alert_webhook_url is not None:
        faults.append(
            "planewatch:alertWebhookUrl is set; on AWS alerts go to SNS: subscribe the address under"
            " planewatch:aws.notifications with protocol https, and remove the webhook"
        )
    if not settings.registry:
        faults.extend(_unnamed(stack.settings))
    if faults:
        raise pulumi.RunError("the stack asks for what cannot be:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return settings


def _unnamed(settings: StackSettings) -> list[str]:
    """Tell the own images that the stack wants, has no repository for, and does not name."""
    workloads = [one for plane in settings.data_planes.values() for one in plane.workloads.values()]
    wanted = (*(("api",) if any(one.image is None for one in workloads) else ()), "console")
    return [
        f"planewatch:images.{name}.reference is missing, and planewatch:aws.registry is false: nobody publishes this"
        " image; push yours to where the nodes pull and name it, or let the stack have repositories of its own"
        for name in wanted
        if name not in settings.images or settings.images[name].reference is None
    ]
