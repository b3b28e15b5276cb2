"""Every namespace of a stack denies all traffic that is not declared, in both directions."""

from collections.abc import Iterator

from policies.cluster_views import NAMESPACE, NETWORK_POLICY, ClusterStack, ClusterViolation, cluster_policy
from policies.network_policies import network_policy


def check(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Require NetworkPolicies that select every pod and admit nothing; absence is checked when all is known."""
    if not stack.complete:
        return
    for namespace in stack.of(NAMESPACE):
        denied = {
            direction
            for policy in stack.of(NETWORK_POLICY)
            if policy.namespace == namespace.name
            for direction in network_policy(policy.props).denied
        }
        for direction in ("Ingress", "Egress"):
            if direction not in denied:
                yield namespace, f"nothing denies {direction} for every pod"


POLICY = cluster_policy(
    name="namespaces-deny-by-default",
    description="Every namespace of a stack denies all traffic that is not declared, in both directions.",
    remedy="create the namespace through the zone (infra/platforms/kubernetes/zone.py), which adds both policies",
    check=check,
)
