"""``isolation: workspace``: each plane's collector writes to the plane's own workspace, and the console queries all.

A plane's workspace, role and rules are named after it: adding or removing another plane touches none of them, and
in the control plane only the console's list of workspaces.
"""

import pulumi

from components import roles
from components.platform import MetricsStoreSpec, PlaneStore, PlaneStores, RemoteWrite, ZoneSpec
from config.load import Stack
from config.packs import expected
from config.packs.model import RuleFile
from config.services.plane_rules import PlaneIdentity, of_plane
from infra.platforms.eks.metrics import RULES_EVERY_S, Metrics
from infra.platforms.kubernetes.flows import ExternalService
from infra.platforms.kubernetes.planned import MetricsPlan
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone


class PlaneWorkspaces:
    """Metrics of each plane in its own workspace; ``service`` is their address on the network."""

    @staticmethod
    def planned(stack: Stack) -> MetricsPlan:
        """Return its plan: collectors write to an endpoint that is known once its workspace exists."""
        interval_s = stack.settings.control_plane.scrape_interval_seconds
        return MetricsPlan(ingest=RemoteWrite(endpoint="", region="", interval_s=interval_s))

    def __init__(
        self, metrics: Metrics, kubernetes: KubernetesPlatform, service: ExternalService, *, interval_s: int
    ) -> None:
        self._metrics, self._kubernetes, self._service = metrics, kubernetes, service
        self._interval_s = interval_s

    def ingest(self, zone: KubernetesZone, *, parent: pulumi.Resource) -> RemoteWrite:
        """Let the plane's collector reach the service of its workspace."""
        self._kubernetes.allow_external_service(roles.COLLECTOR, zone, self._service, parent=parent)
        return RemoteWrite(
            endpoint=self._metrics.workspaces[zone.spec.name].made.endpoint,
            region=self._metrics.account.region,
            interval_s=self._interval_s,
        )

    def store(
        self, spec: MetricsStoreSpec[KubernetesZone], zone: KubernetesZone, *, parent: pulumi.Resource
    ) -> PlaneStores:
        """Let every workspace evaluate its plane's rules, once the plane runs, and let the console reach them all."""
        known = {plane.data_plane_id: plane for plane in spec.expected}
        for plane in spec.planes:
            own = expected.rules((known[plane.zone.spec.name],), scrape_interval_s=max(self._interval_s, RULES_EVERY_S))
            rules = rules_of(plane.zone.spec, (*spec.rules, *own), self._interval_s)
            self._metrics.attach_rules(plane.zone.spec.name, rules, after=plane.collector.runs_by, parent=parent)
        self._kubernetes.allow_external_service(roles.CONSOLE, zone, self._service, parent=parent)
        return PlaneStores(
            stores=tuple(
                PlaneStore(
                    environment=plane.zone.spec.environment or plane.zone.spec.name,
                    data_plane_id=plane.zone.spec.name,
                    inside_url=self._metrics.workspaces[plane.zone.spec.name].made.endpoint,
                )
                for plane in spec.planes
            ),
            query_environment={**self._metrics.query_environment(), "UP_INTERVAL_SECONDS": str(RULES_EVERY_S)},
        )


def rules_of(plane: ZoneSpec, rules: tuple[RuleFile, ...], interval_s: int) -> tuple[RuleFile, ...]:
    """Return the packs as one plane's workspace evaluates them."""
    whose = PlaneIdentity(environment=plane.environment or plane.name, data_plane_id=plane.name)
    return of_plane(rules, whose, interval_s)
