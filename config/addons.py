"""Versions of the cluster's add-ons, pinned: an update of one is a change that is previewed like any other.

As published for each Kubernetes version by the user guide of Amazon EKS; a stack may name others.
"""

from types import MappingProxyType

NETWORK, DNS, PROXY, STORAGE, IDENTITY, METRICS = (
    "vpc-cni",
    "coredns",
    "kube-proxy",
    "aws-ebs-csi-driver",
    "eks-pod-identity-agent",
    "metrics-server",
)
# The same build of these serves every version of Kubernetes below.
_ANY = {
    NETWORK: "v1.20.4-eksbuild.1",
    STORAGE: "v1.50.1-eksbuild.1",
    IDENTITY: "v1.3.9-eksbuild.3",
    METRICS: "v0.8.0-eksbuild.2",
}
PINS = MappingProxyType(
    {
        "1.32": {**_ANY, DNS: "v1.11.4-eksbuild.22", PROXY: "v1.32.6-eksbuild.12"},
        "1.33": {**_ANY, DNS: "v1.12.4-eksbuild.1", PROXY: "v1.33.3-eksbuild.10"},
        "1.34": {**_ANY, DNS: "v1.12.4-eksbuild.1", PROXY: "v1.34.0-eksbuild.4"},
    }
)
