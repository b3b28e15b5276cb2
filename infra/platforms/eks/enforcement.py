"""Network policies on Auto Mode: the cluster accepts them, but enforces them only once a ConfigMap enables that."""

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from infra.platforms.kubernetes.naming import Naming

# Where and how the controller looks for it ("Use Network Policies with EKS Auto Mode").
NAMESPACE, NAME = "kube-system", "amazon-vpc-cni"


def enforcement(naming: Naming, *, options: pulumi.ResourceOptions) -> ConfigMap:
    """Enable the controller; nodes of the built-in pools need no change."""
    return ConfigMap(
        "network-policies",
        metadata=ObjectMetaArgs(
            namespace=NAMESPACE,
            name=NAME,
            labels=naming.zone_labels(naming.control),
            annotations=dict(naming.annotations),
        ),
        data={"enable-network-policy-controller": "true"},
        opts=options,
    )
