"""``isolation: shared``: one workspace for all planes, which agents in the control plane write to."""

import pulumi

from components import roles
from components.agent import agent
from components.platform import MetricsStore, MetricsStoreSpec, Scrape
from config.load import Stack
from config.services.scraping import SELF_JOB
from infra.images import resolve
from infra.limits import limited
from infra.platforms.eks.metrics import Metrics
from infra.platforms.kubernetes.agents import SCALE, RemoteWrite
from infra.platforms.kubernetes.flows import ExternalService
from infra.platforms.kubernetes.planned import MetricsPlan, Planned
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone


class SharedWorkspace:
    """Metrics of all planes in one workspace; ``service`` is its address on the network."""

    @staticmethod
    def planned(stack: Stack) -> MetricsPlan:
        """Return its plan: agents scrape, and write to the workspace."""
        workload = agent(
            image=resolve(stack.settings.images).prometheus,
            config="",
            resources=limited(stack.settings.control_plane.resources.prometheus),
        )
        agents = Planned(workload=workload, scale=SCALE, discovers=True)
        return MetricsPlan(ingest=Scrape(), control=(agents,))

    def __init__(self, metrics: Metrics, kubernetes: KubernetesPlatform, service: ExternalService) -> None:
        self._metrics, self._kubernetes, self._service = metrics, kubernetes, service

    def ingest(self, zone: KubernetesZone, *, parent: pulumi.Resource) -> Scrape:
        """Create nothing: the agents discover collectors as Prometheus does on any cluster."""
        return self._kubernetes.ingest(zone, parent=parent)

    def store(
        self, spec: MetricsStoreSpec[KubernetesZone], zone: KubernetesZone, *, parent: pulumi.Resource
    ) -> MetricsStore:
        """Attach the rules, and run agents that scrape every plane and write to the workspace."""
        metrics, spec = self._metrics, spec.expecting(pods=True, prometheus=SCALE.minimum)
        metrics.attach_rules(metrics.control.name, spec.rules, parent=parent)
        target = RemoteWrite(
            endpoint=metrics.shared.endpoint,
            region=metrics.account.region,
            cluster=metrics.account.name,
            store=self._service,
        )
        self._kubernetes.agents(spec, zone, target, parent=parent)
        return show(metrics, self._kubernetes, zone, self._service, own_jobs=(SELF_JOB.name,), parent=parent)


def show(
    metrics: Metrics,
    kubernetes: KubernetesPlatform,
    zone: KubernetesZone,
    service: ExternalService,
    *,
    own_jobs: tuple[str, ...] = (),
    parent: pulumi.Resource,
) -> MetricsStore:
    """Let the console reach the workspace of all planes; return the handle for its queries."""
    kubernetes.allow_external_service(roles.CONSOLE, zone, service, parent=parent)
    endpoint = metrics.shared.endpoint
    return MetricsStore(
        inside_url=endpoint,
        query_url=endpoint,
        ready_path=None,
        query_environment=metrics.query_environment(*own_jobs),
    )
