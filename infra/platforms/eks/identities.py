"""The IAM roles that pods assume, one for each workload that calls AWS."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aws.account import Account
from components.aws.identity import Binding, Identity, IdentityArgs
from components.aws.policy import Statement
from components.aws.running_cluster import RunningCluster
from components.platform import ZoneSpec
from infra.platforms.eks.renames import earlier_in
from infra.platforms.kubernetes.naming import Naming


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What all roles of a stack share; ``naming`` says in which namespace a zone's pods run.

    ``by`` says how pods get their roles: EKS Pod Identity or their service accounts (IRSA).
    """

    account: Account
    by: Binding
    cluster: RunningCluster
    naming: Naming
    options: pulumi.ResourceOptions

    def bind_role(self, role: str, zone: ZoneSpec, statements: tuple[Statement, ...]) -> Identity:
        """Create the role of a workload's pods, with the permissions of ``statements`` only."""
        return Identity(
            role if zone.environment is None else f"{zone.name}-{role}",
            IdentityArgs(
                account=self.account,
                cluster=self.cluster.name,
                cluster_arn=self.cluster.arn,
                namespace=self.naming.namespace(zone.name),
                service_account=role,
                statements=statements,
                by=self.by,
                issuer=self.cluster.issuer,
                tags=plane_tags(zone),
            ),
            opts=pulumi.ResourceOptions.merge(self.options, earlier_in(zone)),
        )


def plane_tags(zone: ZoneSpec) -> Mapping[str, str] | None:
    """Return the tags of a data plane's resources; None for the control plane."""
    if zone.environment is None:
        return None
    return {"environment": zone.environment, "data_plane_id": zone.name}
