"""How addresses are shared out: the same stack always gets the same subnets, and a zone more moves none."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network

_MOST_ZONES = 3
# What EKS picks by itself for Services; which of the two depends on the VPC, so the stack sets it.
_SERVICES = ("172.20.0.0/16", "10.100.0.0/16")


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
        raise ValueError(f"zones must be 1 to {_MOST_ZONES} (got {zones})")
    *private, rest = IPv4Network(cidr).subnets(prefixlen_diff=2)
    public = list(rest.subnets(prefixlen_diff=2))
    return tuple(ZoneSubnets(private=str(private[index]), public=str(public[index])) for index in range(zones))


def service_cidr(*networks: str) -> str:
    """Return the CIDR for the cluster's Services beside a VPC's ``networks``: the first of EKS's two that is free.

    Raises ValueError when the VPC has addresses of both.
    """
    for services in _SERVICES:
        if not overlapping(services, networks):
            return services
    raise ValueError(f"{', '.join(networks)} overlaps both {' and '.join(_SERVICES)}")


def resolver(services: str) -> str:
    """Return the address of DNS, as a CIDR, in a cluster with these ``services``: EKS uses the tenth after it."""
    return f"{IPv4Network(services)[10]}/32"


def overlapping(cidr: str, networks: Iterable[str]) -> list[str]:
    """Return those of ``networks`` that share addresses with ``cidr``."""
    return [network for network in networks if IPv4Network(network).overlaps(IPv4Network(cidr))]
