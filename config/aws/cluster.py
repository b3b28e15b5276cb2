"""The EKS cluster: one of the stack's own, or one that somebody else keeps."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from config import addons, patterns
from config.aws.addresses import SERVICE_RANGES, NetworkCidr, lies_within, listed
from config.aws.nodes import NodeGroup
from config.aws.retention import LogRetention
from config.model import Model

Principal = Annotated[str, StringConstraints(pattern=patterns.AWS_PRINCIPAL)]
Compute = Literal["node-group", "auto-mode"]


class ClusterSettings(Model):
    """The EKS cluster. Without ``public_access_cidrs`` its API answers inside the VPC only.

    There it answers the cluster's nodes, and whoever asks from one of ``private_access_cidrs``.
    ``compute`` is a managed node group, or Auto Mode where EKS keeps the nodes. ``administrators`` are ARNs of
    principals that become cluster administrators by access entries. ``service_cidr`` is for Services; without it the
    stack takes one of the two that EKS would take. Another one makes another cluster.
    """

    version: Annotated[str, StringConstraints(pattern=patterns.KUBERNETES_MINOR)] = "1.36"
    compute: Compute = "node-group"
    node_group: NodeGroup = NodeGroup()
    public_access_cidrs: list[NetworkCidr] = Field(default=[])
    private_access_cidrs: list[NetworkCidr] = Field(default=[])
    administrators: list[Principal] = Field(default=[])
    log_retention_days: LogRetention = 90
    service_cidr: NetworkCidr | None = None
    existing: str | None = Field(default=None, pattern=patterns.EKS_NAME, max_length=100)

    @field_validator("service_cidr")
    @classmethod
    def _services_have_addresses_that_eks_takes(cls, cidr: str | None) -> str | None:
        if cidr is None:
            return None
        network = IPv4Network(cidr)
        if not lies_within(network, SERVICE_RANGES):
            raise ValueError(f"a network within {listed(SERVICE_RANGES)}, as EKS has it for Services")
        if not _LARGEST_SERVICES <= network.prefixlen <= _SMALLEST_SERVICES:
            raise ValueError(f"a /{_LARGEST_SERVICES} to a /{_SMALLEST_SERVICES}, as EKS has it for Services")
        return cidr

    @field_validator("administrators")
    @classmethod
    def _administrators_have_names_of_their_own(cls, principals: list[str]) -> list[str]:
        if len({principal.rpartition("/")[2] for principal in principals}) < len(principals):
            raise ValueError("ARNs that end differently: administrators are told apart by that")
        return principals

    @field_validator("version")
    @classmethod
    def _version_is_supported(cls, version: str) -> str:
        if version not in addons.PINS:
            raise ValueError(f"one of {', '.join(addons.PINS)}, for which versions of add-ons are pinned")
        return version


_LARGEST_SERVICES, _SMALLEST_SERVICES = 12, 24
