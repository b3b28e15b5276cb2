"""What a stack knows of the cluster that it runs on, its own or an existing one."""

from dataclasses import dataclass
from typing import Literal

import pulumi

from components.aws.identity import Issuer

# Where pods run: a managed node group, or EKS Auto Mode, where EKS manages the nodes.
Compute = Literal["node-group", "auto-mode"]


@dataclass(frozen=True, kw_only=True)
class RunningCluster:
    """Handle of an EKS cluster; ``certificate`` is its authority, PEM in base64.

    ``context`` is what kubeconfigs call it. ``issuer`` vouches for service accounts, where roles are told by that.
    ``ready`` are the resources that must stand before a pod can run and has an identity: none where somebody else has
    seen to that. ``subnet_ids`` and ``security_group_id`` are where the control plane meets its nodes, ``cidrs``
    where pods find the services of AWS, and ``resolvers`` (CIDRs) where they ask for names when no pod answers them.
    """

    context: str
    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    endpoint: pulumi.Input[str]
    certificate: pulumi.Input[str]
    compute: Compute
    issuer: Issuer | None
    ready: tuple[pulumi.Resource, ...]
    subnet_ids: tuple[pulumi.Input[str], ...]
    security_group_id: pulumi.Input[str]
    cidrs: tuple[str, ...]
    resolvers: tuple[str, ...] = ()
