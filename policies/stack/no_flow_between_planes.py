"""No container of one plane shares a network with a container of another."""

from collections.abc import Iterator

from policies.topology import Topology, Violation, stack_policy


def judge(topology: Topology) -> Iterator[Violation]:
    """Look at each network and who is on it, whatever the network itself claims to be.

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


POLICY = stack_policy(
    name="no-flow-between-planes",
    description="No container of one plane shares a network with a container of another plane.",
    remedy="give each plane its own network; only Prometheus crosses zones, on a plane's scrape network",
    judge=judge,
)
