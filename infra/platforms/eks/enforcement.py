"""Network policies on Auto Mode: its cluster takes them and holds nobody to them until a ConfigMap says so."""

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from config.settings import CONTROL_ZONE
from infra.platforms.kubernetes.naming import Naming

# Where and how the controller looks for it ("Use Network Policies with EKS Auto Mode").
NAMESPACE, NAME = "kube-system", "amazon-vpc-cni"


def enforcement(naming: Naming, *, options: pulumi.ResourceOptions) -> ConfigMap:
    """Switch the controller on; the nodes of the built-in pools are ready for it as they are."""
    return ConfigMap(
        "network-policies",
        metadata=ObjectMetaArgs(
            namespace=NAMESPACE,
            name=NAME,
            labels=naming.zone_labels(CONTROL_ZONE),
            annotations=dict(naming.annotations),
        ),
        data={"enable-network-policy-controller": "true"},
        opts=options,
    )
