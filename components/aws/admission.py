"""Access to a cluster's API: principals by access entries, networks by rules of its security group."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

_POLICY = "cluster-access-policy/AmazonEKSClusterAdminPolicy"
_HTTPS = 443


def admit_administrators(
    name: str, cluster: aws.eks.Cluster, partition: str, principals: Sequence[str], *, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """Make these principals (ARNs) administrators; return the resources that grant access.

    Whoever runs the update may be one of them, so that objects of the cluster want it before and until they are gone.
    """
    here = pulumi.ResourceOptions(parent=parent)
    found: list[pulumi.Resource] = []
    for principal in principals:
        own = f"{name}-admin-{principal.rpartition('/')[2]}"
        entry = aws.eks.AccessEntry(own, cluster_name=cluster.name, principal_arn=principal, opts=here)
        association = aws.eks.AccessPolicyAssociation(
            own,
            cluster_name=cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{partition}:eks::aws:{_POLICY}",
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=here,
        )
        found.append(association)
    return found


def admit_networks(
    name: str, security_group_id: pulumi.Input[str], cidrs: Sequence[str], *, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """Let these networks reach the private endpoint, which otherwise admits only the cluster's own nodes."""
    return [
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-api-from-{cidr}",
            security_group_id=security_group_id,
            description="HTTPS to the cluster's API",
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            opts=pulumi.ResourceOptions(parent=parent),
        )
        for cidr in cidrs
    ]
