"""Whether a stack's workloads fit into the quotas that it sets itself: told from its settings, no cluster is asked."""

import math
from collections.abc import Iterator
from decimal import Decimal

from config.load import Stack
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.kubernetes.demand import Demand, amount, demand, hard
from infra.platforms.kubernetes.footprint import Footprint
from infra.platforms.kubernetes.preflight.question import place
from infra.platforms.kubernetes.zone import LARGEST_CONTAINER

_GIB, _MIB = 1 << 30, 1 << 20
_HALF = Decimal("0.5")
# The setting that raises a bound, and how much of it one more of the setting gives.
_SETTINGS = {
    "pods": ("pods", Decimal(1)),
    "limits.cpu": ("cpus", Decimal(1)),
    "requests.cpu": ("cpus", _HALF),
    "limits.memory": ("memoryGib", Decimal(_GIB)),
    "requests.memory": ("memoryGib", _HALF * _GIB),
}


def faults(stack: Stack, footprint: Footprint) -> list[str]:
    """Return a line for each zone and container that does not fit, with both numbers and what to set."""
    return [
        *(f"{place(stack, 'kubernetes.zoneQuota')}: {fault}" for fault in too_small(stack.settings, footprint)),
        *(f"{place(stack, 'dataPlanes')}.{fault}" for fault in too_large(stack.settings)),
    ]


def too_small(said: StackSettings, footprint: Footprint) -> list[str]:
    """Say of each zone what it asks for at the most replicas beyond its quota."""
    return [line for zone in (*sorted(said.data_planes), CONTROL_ZONE) for line in _too_small(said, footprint, zone)]


def _too_small(said: StackSettings, footprint: Footprint, zone: str) -> Iterator[str]:
    bounds = {name: amount(bound) for name, bound in hard(said, footprint, zone).items()}
    least, most = said.kubernetes.minimum_replicas, said.kubernetes.maximum_replicas
    asked = demand(said, footprint, zone, most)
    if not (over := asked.beyond(bounds)):
        return
    rest = demand(said, footprint, zone, least).beyond(bounds)
    lower = "minimumReplicas and maximumReplicas" if rest else "maximumReplicas"
    yield (
        f"{'the control plane' if zone == CONTROL_ZONE else f'plane {zone}'} asks for {over}, with {most} replicas and"
        f" one more while they roll; raise {_wanted(asked, bounds)}, or lower kubernetes.{lower}"
        f"{'' if zone == CONTROL_ZONE else ' or what the workloads may use'}"
    )


def _wanted(asked: Demand, bounds: dict[str, Decimal]) -> str:
    """Say how much each setting would have to be that holds too little."""
    amounts, wanted = asked.amounts(), dict[str, int]()
    for name, (setting, each) in _SETTINGS.items():
        if amounts[name] > bounds[name]:
            wanted[setting] = max(wanted.get(setting, 0), math.ceil(amounts[name] / each))
    return " and ".join(f"{setting} to {least} at least" for setting, least in wanted.items())


def too_large(said: StackSettings) -> list[str]:
    """Find workloads whose limits are above what a zone lets one container have."""
    cpus, memory = amount(LARGEST_CONTAINER["cpu"]), amount(LARGEST_CONTAINER["memory"])
    return [
        f"{plane}.workloads.{role}.{key} is {value:g}; wanted at most {most:g}, which is a zone's bound for a container"
        for plane, entry in sorted(said.data_planes.items())
        for role, workload in entry.workloads.items()
        for key, value, most in (
            ("cpus", workload.cpus, float(cpus)),
            ("memoryMib", workload.memory_mib, float(memory / _MIB)),
        )
        if value > most
    ]
