"""Which addresses the networks of a stack use: hashed from names, so that no plane's change moves another's.

The engine's own pools end after about 30 networks, so every subnet is explicit.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi

# A /28 holds a gateway and 13 containers; a zone takes two of them side by side (its own network and its scrape one).
_SUBNET_BITS = 28
_ZONE_BITS = 27
# The last addresses of a subnet are ours; the engine hands out the first ones to everybody else.
_PROMETHEUS_FROM_END = 2


@dataclass(frozen=True, kw_only=True)
class ZoneAddresses:
    """The two subnets of a zone."""

    own: IPv4Network
    scrape: IPv4Network

    @property
    def prometheus(self) -> IPv4Address:
        """The fixed address at which Prometheus answers queries in the control zone's own network."""
        return self.own[-_PROMETHEUS_FROM_END]


def allocate(pool: str, stack: str, zones: Iterable[str]) -> dict[str, ZoneAddresses]:
    """Give each zone its addresses out of ``pool`` (CIDR).

    Raises ``pulumi.RunError`` when the pool is none, or when two zones fall on the same place in it.
    """
    try:
        whole = IPv4Network(pool)
    except ValueError as error:
        raise pulumi.RunError(f"planewatch:docker.addressPool is {pool!r}: {error}; wanted e.g. 10.128.0.0/9") from None
    places = 2 ** (_ZONE_BITS - whole.prefixlen)
    owners: dict[int, str] = {}
    for zone in sorted(zones):
        digest = hashlib.sha256(f"{stack}/{zone}".encode()).digest()
        place = int.from_bytes(digest[:8]) % places
        if place in owners:
            raise pulumi.RunError(
                f"zones {owners[place]!r} and {zone!r} of stack {stack!r} get the same addresses in {pool}: "
                "rename one of the planes, or set planewatch:docker.addressPool to a larger or another network"
            )
        owners[place] = zone
    return {zone: _addresses(whole, place) for place, zone in owners.items()}


def _addresses(pool: IPv4Network, place: int) -> ZoneAddresses:
    first = int(pool.network_address) + place * 2 ** (32 - _ZONE_BITS)
    own, scrape = IPv4Network((first, _ZONE_BITS)).subnets(new_prefix=_SUBNET_BITS)
    return ZoneAddresses(own=own, scrape=scrape)
