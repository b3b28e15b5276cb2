"""Add-ons of a cluster, with pinned versions; one that calls AWS has its own role."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document
from config import addons

# Where EKS puts its add-ons.
_NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class AddonIdentity:
    """A role for an add-on's ``service_account``, with an AWS managed policy; its name begins with ``prefix``."""

    account: Account
    prefix: str
    cluster_arn: pulumi.Input[str]
    service_account: str
    policy: str


@dataclass(frozen=True, kw_only=True)
class AddonArgs:
    """The add-on ``addon`` of a cluster that runs ``version`` of Kubernetes, created once ``after`` exist."""

    cluster: pulumi.Input[str]
    version: str
    addon: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    identity: AddonIdentity | None = None
    after: Sequence[pulumi.Resource] = ()


def make_addon(name: str, args: AddonArgs, *, parent: pulumi.Resource) -> aws.eks.Addon:
    """Create an add-on and its role."""
    return aws.eks.Addon(
        name,
        cluster_name=args.cluster,
        addon_name=args.addon,
        addon_version=addons.PINS[args.version][args.addon],
        configuration_values=json.dumps(dict(args.settings), sort_keys=True) if args.settings else None,
        pod_identity_associations=[_bind_role(name, args.addon, args.identity, parent)] if args.identity else None,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="PRESERVE",
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(args.after)),
    )


def _bind_role(
    name: str, addon: str, args: AddonIdentity, parent: pulumi.Resource
) -> aws.eks.AddonPodIdentityAssociationArgs:
    here = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        name,
        name=f"{args.prefix}-{addon}",
        description=f"Add-on {addon}",
        assume_role_policy=document(
            Statement(
                sid="PodIdentity",
                actions=("sts:AssumeRole", "sts:TagSession"),
                services=("pods.eks.amazonaws.com",),
                conditions={
                    "StringEquals": {
                        "aws:RequestTag/eks-cluster-arn": args.cluster_arn,
                        "aws:RequestTag/kubernetes-namespace": _NAMESPACE,
                        "aws:RequestTag/kubernetes-service-account": args.service_account,
                    }
                },
            )
        ),
        opts=here,
    )
    attached = aws.iam.RolePolicyAttachment(
        name, role=role.name, policy_arn=args.account.managed_policy(args.policy), opts=here
    )
    arn = pulumi.Output.all(role.arn, attached.id).apply(lambda both: str(both[0]))
    return aws.eks.AddonPodIdentityAssociationArgs(role_arn=arn, service_account=args.service_account)
