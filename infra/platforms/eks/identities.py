"""Which roles pods take on: what a workload may do is gathered first, and its role stands before its pods are made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import pulumi

from components.aws.account import Account
from components.aws.identity import Identity, IdentityArgs
from components.aws.policy import Statement
from components.aws.running_cluster import RunningCluster
from components.platform import Zone, ZoneSpec
from config.settings import CONTROL_ZONE
from infra.platforms.kubernetes.zone import KubernetesZone


class Identities:
    """Identities of a stack's workloads, by zone and role; ``namespace`` tells a zone's."""

    def __init__(
        self,
        account: Account,
        cluster: RunningCluster,
        by: Literal["pod-identity", "irsa"],
        namespace: Callable[[str], str],
        *,
        options: pulumi.ResourceOptions,
    ) -> None:
        self._account, self._cluster, self._by = account, cluster, by
        self._namespace, self._options = namespace, options
        self._allowed: dict[tuple[str, str], tuple[Statement, ...]] = {}

    def allow(self, role: str, zone: ZoneSpec, *statements: Statement) -> None:
        """Let the pods of a workload do what the statements say, beside what they were allowed before."""
        key = zone.name, role
        self._allowed[key] = (*self._allowed.get(key, ()), *statements)

    def make(self, role: str, zone: ZoneSpec, *, parent: pulumi.Resource | None) -> Identity | None:
        """Make the role of a workload's pods with all that they are allowed; None for those that may do nothing."""
        statements = self._allowed.get((zone.name, role))
        if not statements:
            return None
        return Identity(
            role if zone.name == CONTROL_ZONE else f"{zone.name}-{role}",
            IdentityArgs(
                account=self._account,
                cluster=self._cluster.name,
                cluster_arn=self._cluster.arn,
                namespace=self._namespace(zone.name),
                service_account=role,
                statements=statements,
                by=self._by,
                issuer=self._cluster.issuer,
                tags=plane_tags(zone),
            ),
            opts=pulumi.ResourceOptions.merge(self._options, pulumi.ResourceOptions(parent=parent)),
        )

    def give(self, role: str, zone: Zone, *, parent: pulumi.Resource) -> Zone:
        """Make the role, if there is one, and add it to what must stand before the workload runs in the zone."""
        identity = self.make(role, zone.spec, parent=parent)
        if identity is None:
            return zone
        if not isinstance(zone, KubernetesZone):
            raise TypeError(f"zone {zone.spec.name} was made by another platform")
        return replace(
            zone,
            guards=(*zone.guards, identity),
            account_annotations={**zone.account_annotations, role: identity.annotations},
        )


def plane_tags(zone: ZoneSpec) -> Mapping[str, str] | None:
    """Return the tags of what belongs to a data plane; None for the control plane."""
    if zone.environment is None:
        return None
    return {"environment": zone.environment, "data_plane_id": zone.name}
