"""The machines of a cluster."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from config import patterns
from config.instances import is_graviton
from config.model import Distinct, Model, unit

InstanceType = Annotated[str, StringConstraints(pattern=patterns.AWS_INSTANCE_TYPE)]


class NodeGroup(Model):
    """A managed node group, on Bottlerocket."""

    instance_types: Distinct[InstanceType] = Field(default=["m7g.large"], min_length=1)
    """Instance types to choose from, all Graviton or all x86."""
    minimum: Annotated[int, unit("nodes")] = Field(default=2, ge=1, le=450)
    """The fewest nodes."""
    maximum: Annotated[int, unit("nodes")] = Field(default=6, ge=1, le=450)
    """The most nodes; not below `minimum`."""
    disk_gib: Annotated[int, unit("GiB")] = Field(default=50, ge=20, le=16384)
    """Disk of each node."""

    @model_validator(mode="after")
    def _nodes_can_be(self) -> "NodeGroup":
        if self.minimum > self.maximum:
            raise ValueError(f"maximum must be ≥ minimum, which is {self.minimum} (got {self.maximum})")
        if len({is_graviton(kind) for kind in self.instance_types}) > 1:
            kinds = ", ".join(self.instance_types)
            raise ValueError(
                f"instanceTypes must be all Graviton or all x86, since a node group has one image (got {kinds})"
            )
        return self

    @property
    def graviton(self) -> bool:
        """Whether the nodes are of the arm64 architecture."""
        return is_graviton(self.instance_types[0])
