"""The VPC: the stack's own, or an existing one."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from config import patterns
from config.aws.addresses import NETWORK_RANGES, NetworkCidr, lies_within, listed
from config.aws.retention import LogRetention
from config.model import Distinct, Model

ZoneName = Annotated[str, StringConstraints(pattern=patterns.AWS_ZONE)]
VpcId = Annotated[str, StringConstraints(pattern=patterns.AWS_VPC)]
SubnetId = Annotated[str, StringConstraints(pattern=patterns.AWS_SUBNET)]


class ExistingNetwork(Model):
    """An existing VPC."""

    vpc_id: VpcId
    """Id of the VPC."""
    private_subnet_ids: Distinct[SubnetId] = Field(min_length=2)
    """Subnets for nodes and pods, in two zones at least, each with 16 free addresses or more."""
    public_subnet_ids: Distinct[SubnetId] = Field(default=[])
    """Subnets for load balancers on the internet."""

    @model_validator(mode="after")
    def _subnets_are_distinct(self) -> "ExistingNetwork":
        subnets = [*self.private_subnet_ids, *self.public_subnet_ids]
        if twice := sorted({subnet for subnet in subnets if subnets.count(subnet) > 1}):
            raise ValueError(f"each subnet must be listed once, as private or as public (got {', '.join(twice)} twice)")
        return self


def _which_form(value: object) -> str | None:
    return {int: _NUMBER, list: _NAMES}.get(type(value))


# Marks in the location of an error, never shown; without them, an error would be reported once for each alternative.
_NUMBER, _NAMES = "[number]", "[names]"
Zones = Annotated[
    Annotated[int, Field(ge=2, le=3), Tag(_NUMBER)]
    | Annotated[Distinct[ZoneName], Field(min_length=2, max_length=3), Tag(_NAMES)],
    Discriminator(
        _which_form,
        custom_error_type="zones",
        custom_error_message="be the number of zones (2 or 3) or a list of their names",
    ),
]


class NetworkSettings(Model):
    """The VPC: one of the stack's own, or an existing one."""

    cidr: NetworkCidr = "10.64.0.0/16"
    """Addresses of the VPC: a private network of /16 to /22. Each zone gets a private and a public subnet of it."""
    zones: Zones = 3
    """How many availability zones of the region (2 or 3), or a list of their names. Zones in which EKS accepts no
    subnet are never taken."""
    nat: Literal["none", "one", "per-zone"] = "per-zone"
    """NAT gateways: one per zone; one for all, whose zone's failure cuts off the others; or none, where the VPC
    endpoints are enough."""
    flow_log_retention_days: LogRetention = 30
    """How long the VPC's flow logs are kept."""
    existing: ExistingNetwork | None = None
    """An existing VPC to use in place of a new one."""

    @model_validator(mode="after")
    def _cidr_is_a_private_network_of_a_size(self) -> "NetworkSettings":
        network = IPv4Network(self.cidr)
        if not lies_within(network, NETWORK_RANGES):
            raise ValueError(
                f"cidr must be a private network within {listed(NETWORK_RANGES)}: pods could not reach internet hosts"
                f" with the same addresses (got {self.cidr})"
            )
        # AWS allows a /16 to a /28; each of six subnets needs room for a node group and its pods.
        if not _LARGEST_NETWORK <= network.prefixlen <= _SMALLEST_NETWORK:
            raise ValueError(
                f"cidr must be a /{_LARGEST_NETWORK} to /{_SMALLEST_NETWORK} network: AWS allows none larger, and pods"
                f" take their addresses from it (got {self.cidr})"
            )
        return self


_LARGEST_NETWORK, _SMALLEST_NETWORK = 16, 22
