"""AWS: Kubernetes as everywhere, on a cluster, a network and identities of the stack's own, with managed metrics."""

import os
from dataclasses import replace

import pulumi

from components import roles
from components.aws.budget import budget
from components.aws.identity import Identity, IdentityArgs
from components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.aws.notifications import Notifications, NotificationsArgs
from components.aws.policy import Statement
from components.aws.registry import Registry, RegistryArgs
from components.platform import AlertingSpec, Intake, MetricsStore, MetricsStoreSpec, Service, Zone, ZoneSpec
from components.workload import Workload
from config.aws import AwsSettings
from config.images import APPS
from config.load import Stack
from config.services.managed_alerts import ManagedAlertsConfig
from config.services.managed_alerts import render as render_alerts
from config.services.managed_rules import namespaces
from config.settings import CONTROL_ZONE
from infra.platforms.eks.access import kubeconfig
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.metrics import may_ask, may_write
from infra.platforms.eks.provider import find_account, make_provider
from infra.platforms.eks.storage import storage_class, with_storage_class
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.agents import RemoteWrite
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone


class EksPlatform:
    """Runs one stack on an EKS cluster, with Managed Prometheus in place of a store of its own."""

    # What is shown must never pass for the real thing.
    name = "eks (simulated AWS)" if os.environ.get("AWS") == "simulated" else "eks"

    def __init__(self, stack: Stack) -> None:
        settings = _settings(stack)
        self._settings = settings
        self._protected = settings.protection == "protected"
        provider = make_provider(stack, settings)
        self._options = pulumi.ResourceOptions(provider=provider)
        self._account = find_account(stack, settings, provider)
        self._cluster = choose_cluster(settings, self._account, provider)
        self._notifications = Notifications(
            "notifications",
            NotificationsArgs(account=self._account, settings=settings.notifications),
            opts=self._options,
        )
        if settings.registry:
            Registry(
                "registry",
                RegistryArgs(account=self._account, names=tuple(app.name for app in APPS)),
                opts=self._options,
            )
        if settings.budget:
            budget(self._account, settings.budget, options=self._options)
        self._identities: dict[str, Identity] = {}
        # The agent that gives credentials to pods answers at a link-local address of each node.
        self._service = Outside(name="aws", cidrs=(*self._cluster.cidrs, "169.254.170.23/32"), ports=(443, 80))
        self._kubernetes = KubernetesPlatform(
            with_storage_class(stack),
            ClusterAccess(
                kubeconfig=kubeconfig(self._cluster.name, self._cluster.endpoint, self._cluster.certificate, settings),
                context=self._cluster.context,
                before=self._cluster.ready,
            ),
        )
        if stack.settings.kubernetes.storage_class is None:
            storage_class(
                self._kubernetes.naming, self._cluster.compute, self._account.tags, options=self._kubernetes.reach
            )

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> KubernetesZone:
        """Make the zone's namespace, as on any cluster."""
        return self._kubernetes.isolate(spec, parent=parent)

    def intake(self, zone: Zone, *, parent: pulumi.Resource) -> Intake:
        """Make nothing: the agents find collectors by service discovery."""
        return self._kubernetes.intake(zone, parent=parent)

    def host(self, role: str, zone: str) -> str:
        """Return the name of the workload's Service, which every namespace resolves."""
        return self._kubernetes.host(role, zone)

    def run(self, workload: Workload, zone: Zone, *, parent: pulumi.Resource) -> Service:
        """Run a workload; one with an identity waits for it, for its pods are given it when they are made."""
        return self._kubernetes.run(workload, self._with_identity(zone, workload.role), parent=parent)

    def alerting(self, spec: AlertingSpec, zone: Zone, *, parent: pulumi.Resource) -> tuple[str, ...]:  # noqa: ARG002
        """Run nothing: the alert manager belongs to the workspace, and tells people by SNS."""
        return ()

    def metrics_store(self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource) -> MetricsStore:
        """Make the workspace with its rules, and agents that scrape every plane and write to it."""
        topics = self._notifications.topics
        region = self._settings.region
        workspace = ManagedPrometheus(
            "metrics",
            ManagedPrometheusArgs(
                account=self._account,
                alias=self._account.name,
                settings=self._settings.metrics,
                rules=namespaces(spec.rules),
                alerts=pulumi.Output.all(critical=topics["critical"], warning=topics["warning"]).apply(
                    lambda known: render_alerts(
                        ManagedAlertsConfig(
                            region=region, critical_topic=known["critical"], warning_topic=known["warning"]
                        )
                    )
                ),
                protected=self._protected,
            ),
            opts=pulumi.ResourceOptions.merge(self._options, pulumi.ResourceOptions(parent=parent)),
        )
        control = zone.spec.name
        self._identify(roles.PROMETHEUS, control, (may_write(workspace.arn),), parent=parent)
        self._identify(roles.CONSOLE, control, (may_ask(workspace.arn),), parent=parent)
        self._kubernetes.agents(
            spec,
            self._with_identity(zone, roles.PROMETHEUS),
            RemoteWrite(endpoint=workspace.endpoint, region=region, cluster=self._account.name, store=self._service),
            parent=parent,
        )
        self._kubernetes.allow_outside(roles.CONSOLE, zone, self._service, parent=parent)
        return MetricsStore(
            inside_url=workspace.endpoint,
            query_url=workspace.endpoint,
            query_environment={"PROMETHEUS_AUTH": "sigv4", "AWS_REGION": region},
        )

    def _identify(self, role: str, zone: str, statements: tuple[Statement, ...], *, parent: pulumi.Resource) -> None:
        self._identities[role] = Identity(
            role,
            IdentityArgs(
                account=self._account,
                cluster=self._cluster.name,
                cluster_arn=self._cluster.arn,
                namespace=self._kubernetes.namespace(zone),
                service_account=role,
                statements=statements,
                by=self._settings.identity,
                issuer=self._cluster.issuer,
            ),
            opts=pulumi.ResourceOptions.merge(self._options, pulumi.ResourceOptions(parent=parent)),
        )

    def _with_identity(self, zone: Zone, role: str) -> Zone:
        """Add the role's identity to what must stand before anything runs in the zone."""
        if role not in self._identities or zone.spec.name != CONTROL_ZONE:
            return zone
        if not isinstance(zone, KubernetesZone):
            raise TypeError(f"zone {zone.spec.name} was made by another platform")
        identity = self._identities[role]
        return replace(
            zone,
            guards=(*zone.guards, identity),
            account_annotations={**zone.account_annotations, role: identity.annotations},
        )


def _settings(stack: Stack) -> AwsSettings:
    """Return the AWS settings; raises ``pulumi.RunError`` for what this platform has another place for, or lacks."""
    settings = stack.settings.aws
    if settings is None:
        raise pulumi.RunError("planewatch:aws is missing; platform eks needs a region and an owner at least")
    faults = []
    if stack.alert_webhook_url is not None:
        faults.append(
            "planewatch:alertWebhookUrl is set; on AWS alerts go to SNS: subscribe the address under"
            " planewatch:aws.notifications with protocol https, and remove the webhook"
        )
    if settings.metrics.isolation == "workspace":
        faults.append("planewatch:aws.metrics.isolation is workspace; only shared is there yet")
    if settings.metrics.collection == "scraper":
        faults.append("planewatch:aws.metrics.collection is scraper; only agents are there yet")
    if settings.grafana:
        faults.append("planewatch:aws.grafana is true; no Grafana workspace is made yet")
    if faults:
        raise pulumi.RunError("the stack asks for what cannot be:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return settings
