"""``collection: scraper``: one workspace for all planes, written by AWS's managed collector; no agents run."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.aws.running_cluster import RunningCluster
from components.aws.scraper import Scraper, ScraperArgs
from components.platform import MetricsStore, MetricsStoreSpec, Scrape, WatchedPlane, ZoneSpec
from config.load import Stack
from config.services.discovery import PlaneNamespace
from config.services.managed_collector import ManagedCollectorConfig, render
from infra.platforms.eks.metrics import Metrics, may_write
from infra.platforms.eks.renames import earlier_in
from infra.platforms.eks.shared import show
from infra.platforms.kubernetes.flows import ExternalClient, ExternalService
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.planned import MetricsPlan
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone

# What a collector exposes its applications' metrics and its own at.
_PORTS = ("metrics", "telemetry")


def make_scraper(
    metrics: Metrics, cluster: RunningCluster, planes: Sequence[ZoneSpec], naming: Naming, interval_s: int
) -> Scraper:
    """Create the managed collector for these planes; it may write to this workspace only."""
    workspace = metrics.shared
    namespaces = tuple(
        PlaneNamespace(
            namespace=naming.namespace(plane.name),
            data_plane_id=plane.name,
            environment=plane.environment or plane.name,
        )
        for plane in planes
    )
    config = ManagedCollectorConfig(namespaces=namespaces, cluster=metrics.account.name, scrape_interval_s=interval_s)
    return Scraper(
        "scraper",
        ScraperArgs(
            account=metrics.account,
            cluster_arn=cluster.arn,
            subnet_ids=cluster.subnet_ids,
            security_group_ids=(cluster.security_group_id,),
            workspace_arn=workspace.arn,
            statements=(may_write(workspace.arn),),
            configuration=render(config),
            after=cluster.ready,
            alias=metrics.account.name,
        ),
        opts=pulumi.ResourceOptions.merge(metrics.options, earlier_in(metrics.control)),
    )


class ScrapedWorkspace:
    """Metrics of all planes in one workspace, scraped every ``interval_s`` by AWS's collector for the ``cluster``."""

    @staticmethod
    def planned(_stack: Stack) -> MetricsPlan:
        """Return its plan: nothing more runs on the cluster."""
        return MetricsPlan(ingest=Scrape())

    def __init__(
        self,
        metrics: Metrics,
        kubernetes: KubernetesPlatform,
        service: ExternalService,
        *,
        cluster: RunningCluster,
        interval_s: int,
    ) -> None:
        self._metrics, self._kubernetes, self._service = metrics, kubernetes, service
        self._cluster, self._interval_s = cluster, interval_s

    def ingest(self, zone: KubernetesZone, *, parent: pulumi.Resource) -> Scrape:  # noqa: ARG002
        """Create nothing: the managed collector discovers collectors as Prometheus does on any cluster."""
        return Scrape(interval_s=self._interval_s)

    def store(
        self, spec: MetricsStoreSpec[KubernetesZone], zone: KubernetesZone, *, parent: pulumi.Resource
    ) -> MetricsStore:
        """Attach the rules, and let the managed collector reach every plane's collectors."""
        self._metrics.attach_rules(self._metrics.control.name, spec.expecting().rules, parent=parent)
        scraper = ExternalClient(name="aws-scraper", cidrs=self._interfaces())
        for plane in spec.planes:
            self._let_in(scraper, plane, parent)
        return show(self._metrics, self._kubernetes, zone, self._service, parent=parent)

    def _let_in(self, scraper: ExternalClient, plane: WatchedPlane[KubernetesZone], parent: pulumi.Resource) -> None:
        workload = plane.collector.workload
        self._kubernetes.allow_external_client(workload, plane.zone, scraper, _PORTS, parent=parent)

    def _interfaces(self) -> tuple[pulumi.Output[str], ...]:
        """Return the managed collector's possible addresses: its interfaces are in the cluster's subnets."""
        asked = pulumi.InvokeOutputOptions(provider=self._metrics.options.provider)
        subnets = [aws.ec2.get_subnet_output(id=subnet, opts=asked) for subnet in self._cluster.subnet_ids]
        return tuple(subnet.cidr_block for subnet in subnets)
