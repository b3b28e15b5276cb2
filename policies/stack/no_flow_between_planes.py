"""No container of one plane shares a network with a container of another, and no NetworkPolicy lets them meet."""

from collections.abc import Iterator

from policies.cluster_views import NETWORK_POLICY, ClusterObject, ClusterStack, ClusterViolation
from policies.identity import CONTROL, PROMETHEUS, ROLE_LABELS
from policies.label_selectors import Selector
from policies.network_policies import Peer, network_policy
from policies.reading import Unknown
from policies.topology import Topology, Violation, stack_policy


def check(topology: Topology) -> Iterator[Violation]:
    """Check each network and who is on it, whatever the network itself claims to be.

    Only the control zone's Prometheus on a scrape network is not counted.
    """
    names = sorted({name for member in topology.running for name in member.networks})
    for name in names:
        network = topology.network(name)
        members = [
            member
            for member in topology.running
            if name in member.networks
            and not (member.identity.is_scraper and network is not None and network.is_scrape)
        ]
        planes = sorted({member.identity.plane for member in members})
        if len(planes) > 1:
            meeting = ", ".join(f"{m.resource_name} ({m.identity.plane or 'no plane'})" for m in members)
            yield network or members[0], f"planes {' and '.join(planes)} meet on network '{name}': {meeting}"


def check_cluster(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Check whom each NetworkPolicy in a zone's namespace admits, in both directions.

    The other end may not be another plane; between a plane and the control zone Prometheus has to be one end.
    """
    for policy in stack.of(NETWORK_POLICY):
        view = network_policy(policy.props)
        here = stack.zones.get(policy.namespace)
        for direction, rules in (("from", view.ingress), ("to", view.egress)):
            for peers in rules or ():
                if not peers and here is not None:
                    yield policy, f"admits traffic {direction} anywhere"
                for peer in peers:
                    for zone in _foreign_zones(stack, policy, peer):
                        crossing = f"zone '{here}' admits traffic {direction} zone '{zone}'"
                        if CONTROL not in (here, zone):
                            yield policy, crossing
                        elif not _is_scrape(stack, policy, peer, direction):
                            yield policy, f"{crossing} other than Prometheus's scrapes"


def _foreign_zones(stack: ClusterStack, policy: ClusterObject, peer: Peer) -> list[str]:
    """Name the zones of the stack, but for the policy's own, in which the other end may be."""
    if peer.is_address or peer.namespaces is None or not isinstance(peer.namespaces, Selector):
        return []
    return sorted(
        zone
        for namespace, zone in stack.zones.items()
        if namespace != policy.namespace and peer.namespaces.selects(stack.labels_of(namespace))
    )


def _is_scrape(stack: ClusterStack, policy: ClusterObject, peer: Peer, direction: str) -> bool:
    """Whether what the policy admits is started by Prometheus in the control zone."""
    in_control = stack.zones.get(policy.namespace) == CONTROL
    if in_control != (direction == "to"):
        return False
    beginner = network_policy(policy.props).pods if in_control else peer.pods
    if isinstance(beginner, Unknown):
        return True
    names = [one.values for one in beginner.requirements if one.key in ROLE_LABELS] if beginner else []
    return names == [(PROMETHEUS,)]


POLICY = stack_policy(
    name="no-flow-between-planes",
    description="No container of one plane shares a network, or a NetworkPolicy that admits it, with another plane's.",
    remedy="give each plane its own network, or namespace; only Prometheus crosses zones, to a plane's collector",
    check=check,
    check_cluster=check_cluster,
)
