"""Roles that pods take on: one per purpose, for one service account, by EKS Pod Identity or by the cluster's OIDC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document

# How pods are given their roles: by EKS Pod Identity, or by the cluster's OIDC provider (IRSA).
Binding = Literal["pod-identity", "irsa"]


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The cluster's OIDC provider: its ARN and its URL without ``https://``."""

    arn: pulumi.Input[str]
    host: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class IdentityArgs:
    """``service_account`` of ``namespace`` may do what ``statements`` say, and nothing else may take the role.

    ``issuer`` is needed for ``irsa``, where the service account also has to carry the role's ARN as an annotation.
    """

    account: Account
    cluster: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    namespace: str
    service_account: str
    statements: tuple[Statement, ...]
    by: Binding = "pod-identity"
    issuer: Issuer | None = None
    tags: Mapping[str, str] | None = None


class Identity(pulumi.ComponentResource):
    """An IAM role for the pods of one service account."""

    role_arn: pulumi.Output[str]
    annotations: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: IdentityArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Identity", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=args.account.named(name),
            description=f"Pods of {args.namespace}/{args.service_account}",
            assume_role_policy=document(_trust(args)),
            tags=args.tags,
            opts=here,
        )
        policy = aws.iam.RolePolicy(name, name=name, role=role.id, policy=document(*args.statements), opts=here)
        if args.by == "pod-identity":
            aws.eks.PodIdentityAssociation(
                name,
                cluster_name=args.cluster,
                namespace=args.namespace,
                service_account=args.service_account,
                role_arn=role.arn,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.role_arn = role.arn
        self.annotations = {"eks.amazonaws.com/role-arn": role.arn} if args.by == "irsa" else {}
        self.register_outputs({"role_arn": self.role_arn})


def _trust(args: IdentityArgs) -> Statement:
    if args.by == "pod-identity":
        return Statement(
            sid="PodIdentity",
            # The agent passes cluster, namespace and service account on as session tags.
            actions=("sts:AssumeRole", "sts:TagSession"),
            services=("pods.eks.amazonaws.com",),
            conditions={
                "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": args.cluster_arn,
                    "aws:RequestTag/kubernetes-namespace": args.namespace,
                    "aws:RequestTag/kubernetes-service-account": args.service_account,
                },
            },
        )
    if args.issuer is None:
        raise ValueError(f"role for {args.namespace}/{args.service_account}: irsa needs the cluster's OIDC provider")
    return Statement(
        sid="ServiceAccount",
        actions=("sts:AssumeRoleWithWebIdentity",),
        federated=(args.issuer.arn,),
        conditions={"StringEquals": _token(args.issuer, args.namespace, args.service_account)},
    )


def _token(issuer: Issuer, namespace: str, account: str) -> pulumi.Output[dict[str, str]]:
    """Return what a pod's token must say; the issuer's name is part of the keys."""
    return pulumi.Output.from_input(issuer.host).apply(
        lambda host: {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": f"system:serviceaccount:{namespace}:{account}"}
    )
