"""The API of a plane is never on a network of the control zone."""

from collections.abc import Iterator

from policies.identity import CONTROL
from policies.topology import API, Topology, Violation, stack_policy


def check(topology: Topology) -> Iterator[Violation]:
    """Check every container with the role `api`: it takes requests from outside and must not reach the console."""
    control = f"planewatch-{topology.stack}-{CONTROL}"
    for member in topology.members:
        if member.identity.role != API:
            continue
        for name in member.networks:
            network = topology.network(name)
            if name == control or (network is not None and network.identity.plane == CONTROL):
                yield member, f"the API of plane '{member.identity.plane}' is on the control network '{name}'"


POLICY = stack_policy(
    name="api-stays-off-control-network",
    description="The API of a plane is never on a network of the control zone.",
    remedy="attach the API to its plane's own network; its metrics travel through the collector",
    check=check,
)
