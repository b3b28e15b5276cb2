"""``isolation: shared``: one workspace for all planes, which agents in the control plane write to."""

import pulumi

from components import roles
from components.platform import MetricsStore, MetricsStoreSpec, Scrape, Zone
from config.services.scraping import SELF_JOB
from config.settings import CONTROL_ZONE
from infra.platforms.eks.metrics import Metrics
from infra.platforms.kubernetes import agents
from infra.platforms.kubernetes.agents import RemoteWrite
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.platform import KubernetesPlatform


class SharedWorkspace:
    """Metrics of all planes in one workspace; ``service`` is where it answers on the network."""

    planned = staticmethod(agents.planned)

    def __init__(self, metrics: Metrics, kubernetes: KubernetesPlatform, service: Outside) -> None:
        self._metrics, self._kubernetes, self._service = metrics, kubernetes, service

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> Scrape:
        """Make nothing: the agents find collectors as Prometheus does on any cluster."""
        return self._kubernetes.ingest(zone, parent=parent)

    def store(self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource) -> MetricsStore:
        """Attach the rules, and run agents that scrape every plane and write to the workspace."""
        metrics = self._metrics
        metrics.attach_rules(CONTROL_ZONE, spec.rules, parent=parent)
        target = RemoteWrite(
            endpoint=metrics.workspaces[CONTROL_ZONE].made.endpoint,
            region=metrics.settings.region,
            cluster=metrics.account.name,
            store=self._service,
        )
        self._kubernetes.agents(spec, zone, target, parent=parent)
        return show(metrics, self._kubernetes, zone, self._service, own_jobs=(SELF_JOB.name,), parent=parent)


def show(
    metrics: Metrics,
    kubernetes: KubernetesPlatform,
    zone: Zone,
    service: Outside,
    *,
    own_jobs: tuple[str, ...] = (),
    parent: pulumi.Resource,
) -> MetricsStore:
    """Let the console out to the workspace of all planes; returns the handle that it asks by."""
    kubernetes.allow_outside(roles.CONSOLE, zone, service, parent=parent)
    endpoint = metrics.workspaces[CONTROL_ZONE].made.endpoint
    return MetricsStore(inside_url=endpoint, query_url=endpoint, query_environment=metrics.query_environment(*own_jobs))
