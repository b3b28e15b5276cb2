"""Where a workload may connect to outside its stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import pulumi

EVERYWHERE = ("0.0.0.0/0", "::/0")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Egress:
    """A destination outside the stack: TCP ``ports`` at the addresses in ``cidrs``.

    Raises ValueError when there are no ports, which would open all.

    Attributes:
        ports: TCP ports, as the destination's own host has them.
        cidrs: Networks of the destination; without any it is the internet: every address but those of private networks.
    """

    ports: pulumi.Input[Sequence[int]] = (443,)
    cidrs: pulumi.Input[Sequence[str]] = ()

    def __post_init__(self) -> None:
        """Refuse no ports."""
        if isinstance(self.ports, Sequence) and not self.ports:
            raise ValueError("ports of an Egress must be ≥ 1 (got none)")


def to_url(url: pulumi.Input[str]) -> Egress:
    """Return the way to a URL: to its address where it has one, else to its port anywhere, since no policy knows names.

    The URL may be a secret; where it leads is none. Raises ValueError for one that is not ``http`` or ``https``.
    """
    place = pulumi.Output.unsecret(pulumi.Output.from_input(url).apply(_destination))
    return Egress(ports=place.apply(lambda known: [known[1]]), cidrs=place.apply(lambda known: known[0]))


def _destination(url: str) -> tuple[list[str], int]:
    """Return the networks and the port of a URL; no message repeats it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        # Without the error that it comes from, which repeats parts of the URL.
        raise ValueError("a URL must be http://… or https://… with a host and a valid port (got [secret])") from None
    try:
        return [str(ip_network(ip_address(host)))], port
    except ValueError:
        return list(EVERYWHERE), port
