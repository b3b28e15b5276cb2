"""A scrape network is internal and holds one plane's collector and Prometheus, nothing else."""

from collections.abc import Iterator

from policies.topology import COLLECTOR, Member, Network, Topology, Violation, stack_policy


def check(topology: Topology) -> Iterator[Violation]:
    """Require `internal: true` and exactly the two members; absence is checked only when every attachment is known."""
    for network in topology.networks:
        if not network.is_scrape:
            continue
        if network.internal in (None, False):
            yield network, "the scrape network is not internal, so it has a route out"
        members = [member for member in topology.attached(network) if not member.never_starts]
        for member in members:
            if not (_is_collector(network, member) or member.identity.is_scraper):
                yield member, f"is on the scrape network '{network.name}'"
        if topology.complete:
            if not any(_is_collector(network, member) for member in members):
                yield network, f"the collector of plane '{network.identity.plane}' is not on its scrape network"
            if not any(member.identity.is_scraper for member in members):
                yield network, "Prometheus is not on the scrape network"


def _is_collector(network: Network, member: Member) -> bool:
    return member.identity.role == COLLECTOR and member.identity.plane == network.identity.plane


POLICY = stack_policy(
    name="scrape-networks-are-closed",
    description="A scrape network is internal and connects exactly its plane's collector and Prometheus.",
    remedy="keep scrape networks internal, and attach only the collector of the plane and the control Prometheus",
    check=check,
)
