"""Check that a stack's workloads fit into the quotas that it sets itself: from its settings, without a cluster."""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from config.kubernetes import KubernetesSettings
from config.load import Stack
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.kubernetes.demand import Demand, demand, hard
from infra.platforms.kubernetes.planned import Planned
from infra.platforms.kubernetes.preflight.checked_stack import setting_of
from infra.platforms.kubernetes.quantity import amount
from infra.platforms.kubernetes.zone import LARGEST_CONTAINER

Plan = Mapping[str, Sequence[Planned]]
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


def problems(stack: Stack, planned: Plan) -> list[str]:
    """Return a line for each zone and container that does not fit, with both figures and what to set."""
    return [
        *(
            f"{setting_of(stack, 'kubernetes.zoneQuota')}: {problem}"
            for problem in too_small(stack.settings.kubernetes, planned)
        ),
        *(setting_of(stack, problem) for problem in too_large(stack.settings)),
    ]


def too_small(settings: KubernetesSettings, planned: Plan) -> list[str]:
    """Return a line for each zone that needs more than its quota at the most replicas."""
    return [line for zone, workloads in planned.items() for line in _too_small(settings, zone, workloads)]


def _too_small(settings: KubernetesSettings, zone: str, workloads: Sequence[Planned]) -> Iterator[str]:
    bounds = {name: amount(bound) for name, bound in hard(workloads, settings).items()}
    least, most = settings.minimum_replicas, settings.maximum_replicas
    asked = demand(workloads, settings, most)
    if not (over := asked.beyond(bounds)):
        return
    raised = _settings_that_fit(asked, bounds)
    at_rest = demand(workloads, settings, least).beyond(bounds)
    lowered = "kubernetes.minimumReplicas and maximumReplicas" if at_rest else "kubernetes.maximumReplicas"
    if raised.keys() - {"pods"}:
        lowered += " or the cpus, memoryMib and requests of its services"
    enough = " and ".join(f"{setting} ≥ {fits}" for setting, fits in raised.items())
    yield (
        f"{'the control plane' if zone == CONTROL_ZONE else f'plane {zone}'} needs {over} with {most} replicas and one"
        f" more during a rollout; set {enough}, or lower {lowered}"
    )


def _settings_that_fit(asked: Demand, bounds: dict[str, Decimal]) -> dict[str, int]:
    """Return the settings that are too low, each with the least value that fits."""
    amounts, fitting = asked.amounts(), dict[str, int]()
    for name, (setting, each) in _SETTINGS.items():
        if amounts[name] > bounds[name]:
            fitting[setting] = max(fitting.get(setting, 0), math.ceil(amounts[name] / each))
    return fitting


def too_large(said: StackSettings) -> list[str]:
    """Return a line for each limit of a service that is above a zone's limit for one container."""
    cpus, memory = amount(LARGEST_CONTAINER["cpu"]), amount(LARGEST_CONTAINER["memory"])
    return [
        f"{place}.{key} must be ≤ {most:g}, the limit for one container (got {value:g})"
        for place, limits in said.limits()
        for key, value, most in (
            ("cpus", limits.cpus, float(cpus)),
            ("memoryMib", limits.memory_mib, float(memory / _MIB)),
        )
        if value > most
    ]
