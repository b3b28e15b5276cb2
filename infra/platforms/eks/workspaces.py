"""``isolation: workspace``: each plane's collector writes to a workspace of the plane's own, and the console asks all.

What is a plane's — workspace, role, rules — is made below the plane: another plane that comes or goes touches none of
it, and of the control plane only the console, which is told where to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components import roles
from components.aws.managed_prometheus import ManagedPrometheus
from components.platform import MetricsStoreSpec, PlaneStore, PlaneStores, RemoteWrite, WatchedPlane, Zone, ZoneSpec
from config.load import Stack
from config.packs.model import RuleFile
from config.services.managed_rules import namespaces
from config.services.plane_rules import PlaneIdentity, of_plane
from config.settings import CONTROL_ZONE
from infra.platforms.eks.dashboards import dashboards
from infra.platforms.eks.identities import Identities, plane_tags
from infra.platforms.eks.metrics import RULES_EVERY_S, Metrics, may_ask, may_write
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.planned import MetricsPlan
from infra.platforms.kubernetes.platform import KubernetesPlatform


@dataclass(frozen=True, kw_only=True)
class WorkspaceIngest(RemoteWrite):
    """A plane's way in, with the workspace that it leads to."""

    workspace: ManagedPrometheus


def make_workspace(
    metrics: Metrics, identities: Identities, plane: ZoneSpec, *, parent: pulumi.Resource | None = None
) -> ManagedPrometheus:
    """Make a plane's workspace; the plane's collector may write to it, and to none beside it."""
    workspace = metrics.workspace(
        f"{plane.name}-metrics", f"{metrics.account.name}-{plane.name}", tags=plane_tags(plane), parent=parent
    )
    identities.allow(roles.COLLECTOR, plane, may_write(workspace.arn))
    return workspace


def judge(
    workspace: ManagedPrometheus,
    metrics: Metrics,
    plane: ZoneSpec,
    rules: tuple[RuleFile, ...],
    interval_s: int,
    *,
    after: Sequence[pulumi.Resource] = (),
) -> None:
    """Have a plane's workspace evaluate the packs for that plane, once what is ``after`` stands."""
    whose = PlaneIdentity(environment=plane.environment or plane.name, data_plane_id=plane.name)
    workspace.judge(namespaces(of_plane(rules, whose, interval_s)), metrics.alerts, after=after)


def let_console_ask(identities: Identities, workspaces: Sequence[ManagedPrometheus]) -> None:
    """Let the console ask every plane's workspace."""
    arns = tuple(workspace.arn for workspace in workspaces)
    identities.allow(roles.CONSOLE, ZoneSpec(name=CONTROL_ZONE), may_ask(*arns))


class PlaneWorkspaces:
    """Metrics of each plane in a workspace of its own; ``service`` is where they answer on the network."""

    @staticmethod
    def planned(stack: Stack) -> MetricsPlan:
        """Return the plan of it: collectors write to an endpoint that is known once its workspace exists."""
        interval_s = stack.settings.control_plane.scrape_interval_seconds
        return MetricsPlan(ingest=RemoteWrite(endpoint="", region="", interval_s=interval_s))

    def __init__(
        self,
        metrics: Metrics,
        identities: Identities,
        kubernetes: KubernetesPlatform,
        service: Outside,
        *,
        interval_s: int,
    ) -> None:
        self._metrics, self._identities = metrics, identities
        self._kubernetes, self._service = kubernetes, service
        self._interval_s = interval_s

    def ingest(self, zone: Zone, *, parent: pulumi.Resource) -> WorkspaceIngest:
        """Make the plane's workspace and role, and let its collector out to the service."""
        workspace = make_workspace(self._metrics, self._identities, zone.spec, parent=parent)
        self._kubernetes.allow_outside(roles.COLLECTOR, zone, self._service, parent=parent)
        return WorkspaceIngest(
            endpoint=workspace.endpoint,
            region=self._metrics.settings.region,
            interval_s=self._interval_s,
            workspace=workspace,
        )

    def store(self, spec: MetricsStoreSpec, zone: Zone, *, parent: pulumi.Resource) -> PlaneStores:
        """Make every workspace judge its plane, once that runs, and let the console ask them all."""
        found = [(plane, _workspace(plane)) for plane in spec.planes]
        for plane, workspace in found:
            judge(
                workspace,
                self._metrics,
                plane.zone.spec,
                spec.rules,
                self._interval_s,
                after=plane.collector.runs_by,
            )
        workspaces = [workspace for _, workspace in found]
        let_console_ask(self._identities, workspaces)
        dashboards(self._metrics, workspaces, parent=parent)
        self._kubernetes.allow_outside(roles.CONSOLE, zone, self._service, parent=parent)
        return PlaneStores(
            stores=tuple(
                PlaneStore(
                    environment=plane.zone.spec.environment or plane.zone.spec.name,
                    data_plane_id=plane.zone.spec.name,
                    inside_url=workspace.endpoint,
                )
                for plane, workspace in found
            ),
            query_environment={**self._metrics.query_environment(), "UP_INTERVAL_SECONDS": str(RULES_EVERY_S)},
        )


def _workspace(plane: WatchedPlane) -> ManagedPrometheus:
    if not isinstance(plane.ingest, WorkspaceIngest):
        raise TypeError(f"plane {plane.zone.spec.name} has no workspace of its own")
    return plane.ingest.workspace
