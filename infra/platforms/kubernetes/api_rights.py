"""Rights at the Kubernetes API: roles bound to a workload's account, and the way to the API server."""

from collections.abc import Sequence

import pulumi
from pulumi_kubernetes.core.v1 import ServiceAccount
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.rbac.v1 import (
    ClusterRole,
    ClusterRoleBinding,
    PolicyRuleArgs,
    Role,
    RoleBinding,
    RoleRefArgs,
    SubjectArgs,
)

from components.rights import ApiRight
from components.workload import Workload
from infra.platforms.kubernetes import flows
from infra.platforms.kubernetes.replacing import in_its_place
from infra.platforms.kubernetes.service import Cluster, meta

_GROUP = "rbac.authorization.k8s.io"


def grant(
    workload: Workload, zone: str, account: ServiceAccount, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Bind what the workload may do to its account; return what its pods wait for, nothing for one without rights."""
    if not workload.rights:
        return []
    naming = cluster.naming
    server = flows.api_server(cluster.args.api_server_cidrs)
    flows.allow_external_service(workload.role, zone, server, naming, options=options)
    options = in_its_place(options)
    bound = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[account]))
    subject = SubjectArgs(kind="ServiceAccount", name=workload.role, namespace=naming.namespace(zone))
    own, wide = ([right for right in workload.rights if right.cluster_wide is whole] for whole in (False, True))
    made: list[pulumi.Resource] = []
    if own:
        name = f"{workload.role}-rights"
        metadata = meta(name, workload.role, zone, naming)
        Role(f"{zone}-{name}", metadata=metadata, rules=_rules(own), opts=options)
        ref = RoleRefArgs(api_group=_GROUP, kind="Role", name=name)
        made.append(
            RoleBinding(f"{zone}-{name}-binding", metadata=metadata, role_ref=ref, subjects=[subject], opts=bound)
        )
    if wide:
        # What is in no namespace bears the name of one.
        name = f"{naming.namespace(zone)}-{workload.role}"
        resource = f"{zone}-{workload.role}-cluster-rights"
        metadata = ObjectMetaArgs(
            name=name, labels=naming.role_labels(workload.role, zone), annotations=dict(naming.annotations)
        )
        ClusterRole(resource, metadata=metadata, rules=_rules(wide), opts=options)
        ref = RoleRefArgs(api_group=_GROUP, kind="ClusterRole", name=name)
        made.append(
            ClusterRoleBinding(f"{resource}-binding", metadata=metadata, role_ref=ref, subjects=[subject], opts=bound)
        )
    return made


def _rules(rights: Sequence[ApiRight]) -> list[PolicyRuleArgs]:
    return [
        PolicyRuleArgs(
            api_groups=list(right.groups),
            resources=list(right.resources),
            verbs=list(right.verbs),
            resource_names=list(right.names) or None,
        )
        for right in rights
    ]
