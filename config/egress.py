"""Settings of what may leave a stack."""

from pydantic import Field

from config.model import Distinct, Model
from config.networks import Cidr
from config.ports import PortNumber


class EgressSettings(Model):
    """A destination outside the stack, over TCP. On a cluster nothing else leaves; Docker limits nothing."""

    ports: Distinct[PortNumber] = Field(default=[443], min_length=1)
    """Ports of the destination."""
    cidrs: Distinct[Cidr] = Field(default=[])
    """Networks of the destination. Without any the internet: every address but those of private networks."""
