"""The roles that pods take on, one for each workload that asks AWS for something."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aws.account import Account
from components.aws.identity import Identity, IdentityArgs
from components.aws.policy import Statement
from components.aws.running_cluster import RunningCluster
from components.platform import ZoneSpec
from config.aws.settings import AwsSettings
from config.settings import CONTROL_ZONE
from infra.platforms.eks.renames import earlier_in
from infra.platforms.kubernetes.naming import Naming


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What every role of a stack is made with; ``naming`` says in which namespace a zone's pods run."""

    account: Account
    settings: AwsSettings
    cluster: RunningCluster
    naming: Naming
    options: pulumi.ResourceOptions

    def bind_role(self, role: str, zone: ZoneSpec, statements: tuple[Statement, ...]) -> Identity:
        """Make the role of a workload's pods, which may do what ``statements`` say and nothing else."""
        return Identity(
            role if zone.name == CONTROL_ZONE else f"{zone.name}-{role}",
            IdentityArgs(
                account=self.account,
                cluster=self.cluster.name,
                cluster_arn=self.cluster.arn,
                namespace=self.naming.namespace(zone.name),
                service_account=role,
                statements=statements,
                by=self.settings.identity,
                issuer=self.cluster.issuer,
                tags=plane_tags(zone),
            ),
            opts=pulumi.ResourceOptions.merge(self.options, earlier_in(zone)),
        )


def plane_tags(zone: ZoneSpec) -> Mapping[str, str] | None:
    """Return the tags of what belongs to a data plane; None for the control plane."""
    if zone.environment is None:
        return None
    return {"environment": zone.environment, "data_plane_id": zone.name}
