"""The AWS half of a stack as a program of its own: what the platform makes of AWS, without an object on the cluster."""

from components import roles
from components.aws.budget import budget
from components.aws.notifications import Notifications, NotificationsArgs
from components.aws.registry import Registry, RegistryArgs
from components.platform import ZoneSpec
from config.images import APPS
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.services.discovery import PlaneNamespace
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.eks import workspaces
from infra.platforms.eks.dashboards import dashboards
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.metrics import Metrics
from infra.platforms.eks.scraper import make_scraper
from infra.platforms.eks.shared import let_agents_write, make_workspace
from tests.engine.aws_stack.begun import Begun
from tests.engine.aws_stack.names import namespace

_INTERVAL_S = 10
_RULES = render_rules(packs(AlertThresholds(error_ratio=0.05, latency_p95_s=0.5, scrape_interval_s=_INTERVAL_S)))


def build() -> None:
    """Make the resources of the settings that the environment names."""
    begun = Begun.of_environment()
    settings, said, account, options = begun.settings, begun.aws, begun.account, begun.options
    people = Notifications(
        "notifications", NotificationsArgs(account=account, settings=said.notifications), opts=options
    )
    if said.registry:
        names = tuple(app.name for app in APPS)
        protected = said.protection == "protected"
        Registry("registry", RegistryArgs(account=account, names=names, protected=protected), opts=options)
    if said.budget:
        budget(account, said.budget, options=options)
    metrics = Metrics(account=account, settings=said, topics=people.topics, options=options)
    identities = Identities(account, begun.cluster, said.identity, namespace, options=options)
    if said.metrics.isolation == "workspace":
        _make_workspaces(settings, metrics, identities)
    else:
        workspace = make_workspace(metrics, identities, _RULES)
        dashboards(metrics, (workspace,), parent=None)
        if said.metrics.collection == "agents":
            let_agents_write(identities, workspace)
        else:
            interval_s = settings.control_plane.scrape_interval_seconds
            make_scraper(metrics, begun.cluster, workspace, _plane_namespaces(settings), interval_s)
    for role in (roles.PROMETHEUS, roles.CONSOLE):
        identities.make(role, ZoneSpec(name=CONTROL_ZONE), parent=None)


def _plane_namespaces(settings: StackSettings) -> tuple[PlaneNamespace, ...]:
    return tuple(
        PlaneNamespace(namespace=namespace(name), data_plane_id=name, environment=plane.environment or name)
        for name, plane in settings.data_planes.items()
    )


def _make_workspaces(settings: StackSettings, metrics: Metrics, identities: Identities) -> None:
    found = []
    for name, plane in settings.data_planes.items():
        zone = ZoneSpec(name=name, environment=plane.environment or name)
        found.append(workspaces.make_workspace(metrics, identities, zone))
        collector = identities.make(roles.COLLECTOR, zone, parent=None)
        assert collector is not None
        workspaces.judge(found[-1], metrics, zone, _RULES, _INTERVAL_S, after=(collector,))
    workspaces.let_console_ask(identities, found)
    dashboards(metrics, found, parent=None)
