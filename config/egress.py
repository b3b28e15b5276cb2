"""Settings of what may leave a stack."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from config import patterns
from config.model import Model


def _is_network(cidr: str) -> str:
    try:
        ip_network(cidr)
    except ValueError as error:
        raise ValueError(f"be {patterns.WORDS[patterns.CIDR]}: {error}") from error
    return cidr


Cidr = Annotated[str, StringConstraints(pattern=patterns.CIDR), AfterValidator(_is_network)]
_Port = Annotated[int, Field(ge=1, le=65535)]


class EgressSettings(Model):
    """A destination outside the stack, over TCP. On a cluster nothing else leaves; Docker limits nothing."""

    ports: list[_Port] = Field(default=[443], min_length=1)
    """Ports of the destination."""
    cidrs: list[Cidr] = Field(default=[])
    """Networks of the destination. Without any the internet: every address but those of private networks."""
