"""Versions of Kubernetes on EKS, and of the cluster's add-ons for each: pinned, so that an update is previewed.

The builds are those that EKS gave by default to clusters that were upgraded version by version on 2026-09-23 (a public
record of `aws eks describe-addon` after each step), and that public configurations of the following week pin; the
dates are those of the Amazon EKS Kubernetes release calendar as quoted on 2026-08-06. No account was at hand: whether
EKS still offers a build, or a version newer than these, says `aws eks describe-addon-versions --kubernetes-version …`.
"""

from datetime import date, timedelta
from types import MappingProxyType

NETWORK, DNS, PROXY, STORAGE, IDENTITY, METRICS, SECRETS = (
    "vpc-cni",
    "coredns",
    "kube-proxy",
    "aws-ebs-csi-driver",
    "eks-pod-identity-agent",
    "metrics-server",
    "aws-secrets-store-csi-driver-provider",
)
# How often the last one looks for a newer value of each secret that a pod has, in seconds. AWS bills each look.
SECRETS_POLL_S = 300
# The same build of these serves every version of Kubernetes below.
_ANY = {
    NETWORK: "v1.22.4-eksbuild.3",
    STORAGE: "v1.66.0-eksbuild.1",
    IDENTITY: "v1.3.10-eksbuild.3",
    METRICS: "v0.9.0-eksbuild.11",
    SECRETS: "v3.1.3-eksbuild.1",
}
PINS = MappingProxyType(
    {
        "1.34": {**_ANY, DNS: "v1.12.4-eksbuild.38", PROXY: "v1.34.6-eksbuild.29"},
        "1.35": {**_ANY, DNS: "v1.13.2-eksbuild.31", PROXY: "v1.35.3-eksbuild.29"},
        "1.36": {**_ANY, DNS: "v1.14.3-eksbuild.23", PROXY: "v1.36.0-eksbuild.25"},
    }
)
# The day (UTC) from whose beginning EKS upgrades a cluster that is not to have extended support, or bills that.
STANDARD_SUPPORT_ENDS = MappingProxyType(
    {"1.34": date(2026, 12, 2), "1.35": date(2027, 3, 27), "1.36": date(2027, 8, 2)}
)
# As long before it as EKS itself announces the end at the latest.
_NOTICE = timedelta(days=60)


def support_warning(version: str, today: date) -> str | None:
    """Return a warning for a ``version`` whose standard support has ended or soon ends, with the fix; else None."""
    ends = STANDARD_SUPPORT_ENDS[version]
    if today < ends - _NOTICE:
        return None
    newer = next((other for other in PINS if _minor(other) > _minor(version)), None)
    remedy = f'set it to "{newer}": EKS takes one minor version at a time' if newer else "take a newer release of this"
    return (
        f"planewatch:aws.cluster.version is {version}; its standard support {'ends' if today < ends else 'ended'} on"
        f" {ends}, and EKS then upgrades the control plane at a time of its choosing, without nodes and add-ons;"
        f" {remedy}"
    )


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
