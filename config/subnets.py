"""How a VPC's addresses are shared out: the same stack always gets the same subnets, and a zone more moves none."""

from dataclasses import dataclass
from ipaddress import IPv4Network

_MOST_ZONES = 3


@dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """CIDRs of one availability zone: ``private`` for nodes and pods, ``public`` for NAT and load balancers."""

    private: str
    public: str


def plan(cidr: str, zones: int) -> tuple[ZoneSubnets, ...]:
    """Cut a network for up to three zones: a quarter of it for each zone's nodes, a sixteenth for its public side.

    A /16 gives private /18s (16,379 addresses beside AWS's five) and public /20s. Raises ValueError for more zones.
    """
    if not 1 <= zones <= _MOST_ZONES:
        raise ValueError(f"{zones} zones: wanted 1 to {_MOST_ZONES}")
    *private, rest = IPv4Network(cidr).subnets(prefixlen_diff=2)
    public = list(rest.subnets(prefixlen_diff=2))
    return tuple(ZoneSubnets(private=str(private[index]), public=str(public[index])) for index in range(zones))
