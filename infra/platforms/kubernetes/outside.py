"""What lies outside the cluster's pods, as peers of network policies: addresses, since no selector matches."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from pulumi_kubernetes.networking.v1 import IPBlockArgs, NetworkPolicyPeerArgs

from components.egress import EVERYWHERE

# What answers at addresses of each node: the metadata of clouds, which gives the node's own credentials.
_OF_NODES = ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")
# RFC 1918, RFC 6598, RFC 4193, and what never leaves a link: nobody's on the internet, often the cluster's own.
_NOT_INTERNET = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
    "fe80::/10",
)


def networks(cidrs: Sequence[str]) -> list[NetworkPolicyPeerArgs]:
    """Return networks as peers; without the nodes' own link-local addresses where one holds those and more."""
    return [_peer(cidr, _OF_NODES) for cidr in cidrs]


def internet() -> list[NetworkPolicyPeerArgs]:
    """Return every address but those of private networks as peers."""
    return [_peer(cidr, _NOT_INTERNET) for cidr in EVERYWHERE]


def _peer(cidr: str, without: Sequence[str]) -> NetworkPolicyPeerArgs:
    network = ip_network(cidr)
    parts = [each for each in without if _is_part(ip_network(each), network)]
    return NetworkPolicyPeerArgs(ip_block=IPBlockArgs(cidr=cidr, except_=parts or None))


def _is_part(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    """Return whether a network is a part of another, and not all of it."""
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner != outer and inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner != outer and inner.subnet_of(outer)
    return False
