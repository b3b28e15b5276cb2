"""The VPC: one of the stack's own, or one that somebody else keeps."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from config import patterns
from config.aws.addresses import NETWORK_RANGES, NetworkCidr, lies_within, listed
from config.aws.retention import LogRetention
from config.model import Model

ZoneName = Annotated[str, StringConstraints(pattern=patterns.AWS_ZONE)]
VpcId = Annotated[str, StringConstraints(pattern=patterns.AWS_VPC)]
SubnetId = Annotated[str, StringConstraints(pattern=patterns.AWS_SUBNET)]


class ExistingNetwork(Model):
    """A VPC that somebody else keeps. Subnets must lie in at least two zones; AWS refuses clusters in one."""

    vpc_id: VpcId
    private_subnet_ids: list[SubnetId] = Field(min_length=2)
    public_subnet_ids: list[SubnetId] = Field(default=[])

    @model_validator(mode="after")
    def _subnets_are_distinct(self) -> "ExistingNetwork":
        subnets = [*self.private_subnet_ids, *self.public_subnet_ids]
        if twice := sorted({subnet for subnet in subnets if subnets.count(subnet) > 1}):
            raise ValueError(f"{', '.join(twice)} is given twice; wanted each subnet once, private or public")
        return self


def _how_zones_are_told(value: object) -> str | None:
    return {int: _NUMBER, list: _NAMES}.get(type(value))


# Marks in the place of an error, which are not shown; without them each fault would be told once for each alternative.
_NUMBER, _NAMES = "[number]", "[names]"
Zones = Annotated[
    Annotated[int, Field(ge=2, le=3), Tag(_NUMBER)]
    | Annotated[list[ZoneName], Field(min_length=2, max_length=3), Tag(_NAMES)],
    Discriminator(
        _how_zones_are_told,
        custom_error_type="zones",
        custom_error_message="how many zones (2 or 3), or a list of their names",
    ),
]


class NetworkSettings(Model):
    """The VPC: ``cidr`` is cut into a private and a public subnet per zone; or one that is ``existing``.

    ``zones`` are names, or how many of the region's to take. ``nat`` is one gateway (a zone's failure takes the way out
    with it), one per zone, or none where endpoints are enough.
    """

    cidr: NetworkCidr = "10.64.0.0/16"
    zones: Zones = 3
    nat: Literal["none", "one", "per-zone"] = "per-zone"
    flow_log_retention_days: LogRetention = 30
    existing: ExistingNetwork | None = None

    @model_validator(mode="after")
    def _cidr_is_a_private_network_of_a_size(self) -> "NetworkSettings":
        network = IPv4Network(self.cidr)
        if not lies_within(network, NETWORK_RANGES):
            raise ValueError(
                f"cidr {self.cidr} is not private; wanted a network within {listed(NETWORK_RANGES)}: what else has"
                " these addresses on the internet could not be reached any more"
            )
        # AWS takes a /16 to a /28; each of six subnets wants room for a node group's pods, which have addresses of it.
        if not _LARGEST_NETWORK <= network.prefixlen <= _SMALLEST_NETWORK:
            raise ValueError(
                f"cidr {self.cidr} is a /{network.prefixlen}; wanted a /{_LARGEST_NETWORK} to a /{_SMALLEST_NETWORK}:"
                " AWS takes nothing larger, and pods take their addresses from it"
            )
        if isinstance(self.zones, list) and len(set(self.zones)) < len(self.zones):
            raise ValueError(f"zones {', '.join(self.zones)}: one is named twice; wanted different ones")
        return self


_LARGEST_NETWORK, _SMALLEST_NETWORK = 16, 22
