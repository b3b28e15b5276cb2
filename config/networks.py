"""Networks and addresses in a stack file: each has one form, so that a repeat is seen and nothing is read into it."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, IPvAnyAddress, StringConstraints

from config import patterns
from config.model import IP_ADDRESS


def _ipv4(cidr: str) -> str:
    return _as_written(cidr, "a network such as 10.64.0.0/16")


def _of_any_kind(cidr: str) -> str:
    return _as_written(cidr, patterns.WORDS[patterns.CIDR])


def _as_written(cidr: str, words: str) -> str:
    try:
        network = IPv6Network(cidr) if ":" in cidr else IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"be {words}: {error}") from error
    if str(network) != cidr:
        raise ValueError(f"be written as {network}")
    return cidr


def _of_a_host(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if address.is_multicast or getattr(address, "scope_id", None):
        raise ValueError("be an address of the host, not of a group and without a zone after %")
    return address


Address = Annotated[IPvAnyAddress, BeforeValidator(str), AfterValidator(_of_a_host), IP_ADDRESS]
Ipv4Cidr = Annotated[str, StringConstraints(pattern=patterns.IPV4_CIDR), AfterValidator(_ipv4)]
Cidr = Annotated[str, StringConstraints(pattern=patterns.CIDR), AfterValidator(_of_any_kind)]
