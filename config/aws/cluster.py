"""The EKS cluster: the stack's own, or an existing one."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from config import addons, patterns
from config.aws.addresses import SERVICE_RANGES, NetworkCidr, lies_within, listed
from config.aws.nodes import NodeGroup
from config.aws.retention import LogRetention
from config.model import Distinct, Model, one_of

Principal = Annotated[str, StringConstraints(pattern=patterns.AWS_PRINCIPAL)]
Compute = Literal["node-group", "auto-mode"]


class ClusterSettings(Model):
    """The EKS cluster: one of the stack's own, or an existing one."""

    version: Annotated[str, StringConstraints(pattern=patterns.KUBERNETES_MINOR), one_of(addons.PINS)] = "1.36"
    """Minor version of Kubernetes, in quotes. Raise it by one at a time; each has its add-on versions pinned."""
    compute: Compute = "node-group"
    """Where pods run: a managed node group, or EKS Auto Mode, where EKS manages the nodes."""
    node_group: NodeGroup = NodeGroup()
    """The machines of `compute: node-group`."""
    public_access_cidrs: Distinct[NetworkCidr] = Field(default=[])
    """Networks on the internet that may reach the cluster's API. Without any, the API is private."""
    private_access_cidrs: Distinct[NetworkCidr] = Field(default=[])
    """Networks in or connected to the VPC that may reach the private API, besides the cluster's own nodes."""
    administrators: Distinct[Principal] = Field(default=[])
    """IAM roles and users (ARNs) that administer the cluster; whoever runs `make up` must be among them. Without any,
    whoever creates the cluster administers it, and stays administrator beside those that are named later."""
    log_retention_days: LogRetention = 90
    """How long logs of the Kubernetes control plane are kept."""
    service_cidr: NetworkCidr | None = None
    """Addresses of Services: a private network of /12 to /24. A change replaces the cluster. Without it
    `172.20.0.0/16`, or `10.100.0.0/16` if the VPC has addresses of that."""
    existing: str | None = Field(default=None, pattern=patterns.EKS_NAME, max_length=100)
    """Name of an existing cluster to deploy to. Other settings under `cluster` and `network` are then refused."""

    @field_validator("service_cidr")
    @classmethod
    def _services_have_addresses_that_eks_takes(cls, cidr: str | None) -> str | None:
        if cidr is None:
            return None
        network = IPv4Network(cidr)
        if not lies_within(network, SERVICE_RANGES):
            raise ValueError(f"be a network within {listed(SERVICE_RANGES)}, as EKS requires for Services")
        if not _LARGEST_SERVICES <= network.prefixlen <= _SMALLEST_SERVICES:
            raise ValueError(
                f"be a /{_LARGEST_SERVICES} to /{_SMALLEST_SERVICES} network, as EKS requires for Services"
            )
        return cidr

    @field_validator("administrators")
    @classmethod
    def _administrators_have_names_of_their_own(cls, principals: list[str]) -> list[str]:
        if len({principal.rpartition("/")[2] for principal in principals}) < len(principals):
            raise ValueError("list ARNs with different names after the last /, which identify administrators")
        return principals

    @field_validator("version")
    @classmethod
    def _version_is_supported(cls, version: str) -> str:
        if version not in addons.PINS:
            raise ValueError(f"be one of {', '.join(addons.PINS)}, for which add-on versions are pinned")
        return version


_LARGEST_SERVICES, _SMALLEST_SERVICES = 12, 24
