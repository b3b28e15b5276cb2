"""How many pods a workload has."""

from dataclasses import dataclass

from components.workload import Audience, Workload
from infra.platforms.kubernetes.args import Replicas


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How many pods: ``minimum`` at rest, up to ``maximum`` under load (the same: never more)."""

    minimum: int
    maximum: int

    @classmethod
    def fixed(cls, replicas: int) -> "Scale":
        """Return the scale of what always has as many."""
        return cls(minimum=replicas, maximum=replicas)

    @property
    def grows(self) -> bool:
        """Whether there are more pods under load."""
        return self.maximum > self.minimum


def scale_of(workload: Workload, replicas: Replicas) -> Scale:
    """Return the scale of a workload; one with data volumes does not grow."""
    # Nothing keeps a client across the network to one replica of several: both would count what it sends, or write it
    # out of order.
    if workload.sticky and any(port.audience is Audience.NETWORK for port in workload.ports):
        return Scale.fixed(1)
    # Once, or on how many nodes is not known here: on one at least.
    if workload.placement:
        return Scale.fixed(1)
    if workload.volumes:
        return Scale.fixed(replicas.minimum)
    return Scale(minimum=replicas.minimum, maximum=replicas.maximum)
