"""How many pods and volumes a workload has, for what must be known of it before it is declared."""

from dataclasses import dataclass

from components.workload import Resources
from infra.platforms.kubernetes.service import Scale

# While a Deployment rolls, it has one pod more.
_SURGE = 1


@dataclass(frozen=True, kw_only=True)
class Pods:
    """A workload's pods: what the ``containers`` of each may use, and how many ``volumes`` each keeps its data in."""

    containers: tuple[Resources, ...]
    scale: Scale
    volumes: int = 0

    def number(self, replicas: int) -> int:
        """Return how many there are at once while services without data have ``replicas`` and roll."""
        if self.volumes:
            return self.scale.minimum
        return min(replicas, self.scale.maximum) + _SURGE


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What keeping metrics adds to zones: pods in the control plane's, volumes to each of the planes' collectors."""

    control: tuple[Pods, ...] = ()
    collector_volumes: int = 0
