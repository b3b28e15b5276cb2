"""Networks in a stack file: their form, and the ranges that AWS allows for each purpose."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from config.networks import Ipv4Cidr

# RFC 1918: what EKS allows for Services.
SERVICE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
# And RFC 6598's shared space, which VPCs often take for pods.
NETWORK_RANGES = (*SERVICE_RANGES, "100.64.0.0/10")


NetworkCidr = Ipv4Cidr


def lies_within(network: IPv4Network, ranges: Sequence[str]) -> bool:
    """Return whether one of the ``ranges`` (CIDRs) contains the whole network."""
    return any(network.subnet_of(IPv4Network(each)) for each in ranges)


def listed(choices: Sequence[str]) -> str:
    """Write choices as a person reads them: a, b or c."""
    *most, last = choices
    return f"{', '.join(most)} or {last}"
