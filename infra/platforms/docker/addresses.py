"""Which addresses the networks of a stack use: hashed from names, so that no plane's change moves another's.

The engine's own pools end after about 30 networks, so every subnet is explicit.
"""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

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


class Addresses:
    """Gives the zones of one platform their addresses out of a pool, each for itself."""

    def __init__(self, pool: str, owner: str) -> None:
        """Take ``pool`` (CIDR) for the zones of ``owner``; raises ValueError when it is no IPv4 network."""
        try:
            self._pool = IPv4Network(pool)
        except ValueError as error:
            raise ValueError(
                f"address pool must be an IPv4 network, e.g. 10.128.0.0/9 (got {pool!r}: {error})"
            ) from None
        self._owner = owner
        self._zones: dict[int, str] = {}

    def of(self, zone: str) -> ZoneAddresses:
        """Return the addresses of ``zone``: always the same; raises ValueError when another zone has them."""
        places = 2 ** (_ZONE_BITS - self._pool.prefixlen)
        digest = hashlib.sha256(f"{self._owner}/{zone}".encode()).digest()
        place = int.from_bytes(digest[:8]) % places
        other = self._zones.setdefault(place, zone)
        if other != zone:
            raise ValueError(
                f"zones {other!r} and {zone!r} of {self._owner!r} get the same addresses in {self._pool}: "
                "rename one of them, or set another or a larger address pool"
            )
        return _addresses(self._pool, place)


def _addresses(pool: IPv4Network, place: int) -> ZoneAddresses:
    first = int(pool.network_address) + place * 2 ** (32 - _ZONE_BITS)
    own, scrape = IPv4Network((first, _ZONE_BITS)).subnets(new_prefix=_SUBNET_BITS)
    return ZoneAddresses(own=own, scrape=scrape)
