"""Which address ranges count as the whole internet."""

from ipaddress import IPv4Network, ip_network

# Nobody has so much: wider ranges are the world, or halves of it that only look narrower (0.0.0.0/1).
_WIDEST_IPV4, _WIDEST_IPV6 = 8, 16


def is_world(cidr: str) -> bool:
    """Whether a range covers the internet; text that is not a range does not (AWS refuses it)."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen < (_WIDEST_IPV4 if isinstance(network, IPv4Network) else _WIDEST_IPV6)
