"""How many pods a workload has."""

from dataclasses import dataclass

from components.workload import Audience, Workload
from config.kubernetes import KubernetesSettings


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


def scale_of(workload: Workload, settings: KubernetesSettings) -> Scale:
    """Return the scale that the settings give a workload; one that keeps data does not grow."""
    # Nothing keeps a client across the network to one replica of several: both would count what it sends, or write it
    # out of order.
    if workload.sticky and any(port.audience is Audience.NETWORK for port in workload.ports):
        return Scale.fixed(1)
    if workload.volumes:
        return Scale.fixed(settings.minimum_replicas)
    return Scale(minimum=settings.minimum_replicas, maximum=settings.maximum_replicas)
