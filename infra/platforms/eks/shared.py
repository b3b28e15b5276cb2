"""``isolation: shared``: one workspace for all planes, which agents in the control plane write to."""

import pulumi

from components import roles
from components.aws.managed_prometheus import ManagedPrometheus
from components.platform import MetricsStore, MetricsStoreSpec, Scrape, Zone, ZoneSpec
from config.packs.model import RuleFile
from config.services.managed_rules import namespaces
from config.services.scraping import SELF_JOB
from config.settings import CONTROL_ZONE
from infra.platforms.eks.dashboards import dashboards
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.metrics import Metrics, may_ask, may_write
from infra.platforms.kubernetes import agents
from infra.platforms.kubernetes.agents import RemoteWrite
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.platform import KubernetesPlatform


def make_workspace(
    metrics: Metrics, identities: Identities, rules: tuple[RuleFile, ...], *, parent: pulumi.Resource | None = None
) -> ManagedPrometheus:
    """Make the workspace with its rules; the console may ask it."""
    workspace = metrics.workspace("metrics", metrics.account.name, parent=parent)
    workspace.judge(namespaces(rules), metrics.alerts)
    identities.allow(roles.CONSOLE, ZoneSpec(name=CONTROL_ZONE), may_ask(workspace.arn))
    return workspace


def let_agents_write(identities: Identities, workspace: ManagedPrometheus) -> None:
    """Let the agents write to the workspace, and to none beside it."""
    identities.allow(roles.PROMETHEUS, ZoneSpec(name=CONTROL_ZONE), may_write(workspace.arn))


def shown(
    metrics: Metrics,
    workspace: ManagedPrometheus,
    kubernetes: KubernetesPlatform,
    zone: Zone,
    service: Outside,
    *,
    own_jobs: tuple[str, ...] = (),
    parent: pulumi.Resource,
) -> MetricsStore:
    """Let people see what is in the workspace: by the console, and by Grafana where the stack wants one."""
    dashboards(metrics, (workspace,), parent=parent)
    kubernetes.allow_outside(roles.CONSOLE, zone, service, parent=parent)
    return MetricsStore(
        inside_url=workspace.endpoint,
        query_url=workspace.endpoint,
        query_environment=metrics.query_environment(*own_jobs),
    )


class SharedWorkspace:
    """Metrics of all planes in one workspace; ``service`` is where it answers on the network."""

    planned = staticmethod(agents.planned)

    def __init__(
        self, metrics: Metrics, identities: Identities, kubernetes: KubernetesPlatform, service: Outside
    ) -> None:
        self._metrics, self._identities = metrics, identities
        self._kubernetes, self._service = kubernetes, service

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> Scrape:
        """Make nothing: the agents find collectors as Prometheus does on any cluster."""
        return self._kubernetes.ingest(zone, parent=parent)

    def store(self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource) -> MetricsStore:
        """Make the workspace, and agents that scrape every plane and write to it."""
        metrics = self._metrics
        workspace = make_workspace(metrics, self._identities, spec.rules, parent=parent)
        let_agents_write(self._identities, workspace)
        self._kubernetes.agents(
            spec,
            self._identities.give(roles.PROMETHEUS, zone, parent=parent),
            RemoteWrite(
                endpoint=workspace.endpoint,
                region=metrics.settings.region,
                cluster=metrics.account.name,
                store=self._service,
            ),
            parent=parent,
        )
        own_jobs = (SELF_JOB.name,)
        return shown(metrics, workspace, self._kubernetes, zone, self._service, own_jobs=own_jobs, parent=parent)
