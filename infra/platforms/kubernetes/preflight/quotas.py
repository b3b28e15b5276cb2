"""Whether the stack's workloads fit into its zones' quotas: the stack's own, and those that others have set there."""

from collections.abc import Iterable
from decimal import Decimal

import pulumi

from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.kubernetes.demand import Demand, amount, demand, hard
from infra.platforms.kubernetes.naming import INSTANCE
from infra.platforms.kubernetes.preflight.namespaces import existing
from infra.platforms.kubernetes.preflight.question import Question, at_once
from infra.platforms.kubernetes.zone import LARGEST_CONTAINER
from toolchain.plugins.kubernetes.client import FORBIDDEN, ApiError
from toolchain.plugins.values import Props, child, objects, text, text_map

# Other names of what a quota may bound.
_ALIASES = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}
_ALIASES |= {"count/persistentvolumeclaims": "persistentvolumeclaims"}
_GIB, _MIB = 1 << 30, 1 << 20
# The setting that raises what the stack itself bounds.
_SETTINGS = {
    "pods": "pods",
    "limits.cpu": "cpus",
    "requests.cpu": "cpus",
    "limits.memory": "memoryGib",
    "requests.memory": "memoryGib",
}


def faults(question: Question) -> list[str]:
    """Return a line for each quota that the stack does not fit into, with both numbers."""
    said = question.stack.settings
    own = [f"{question.place('kubernetes.zoneQuota')}: {fault}" for fault in too_small(said)]
    own += [f"{question.place('dataPlanes')}.{fault}" for fault in too_large(said)]
    foreign = at_once(lambda entry: _foreign(question, *entry), existing(question).items())
    return [*own, *(line for lines in foreign for line in lines)]


def too_small(said: StackSettings) -> list[str]:
    """Say of each zone what it asks for at the most replicas beyond its quota."""
    quota = {name: amount(bound) for name, bound in hard(said.kubernetes.zone_quota).items()}
    replicas = said.kubernetes.maximum_replicas
    return [
        (
            f"{'the control plane' if zone == CONTROL_ZONE else f'plane {zone}'} asks for {over}, with "
            f"{replicas} replicas and one more while they roll; raise it, or lower kubernetes.maximumReplicas"
            f"{'' if zone == CONTROL_ZONE else ' or what the workloads may use'}"
        )
        for zone in (*sorted(said.data_planes), CONTROL_ZONE)
        if (over := _over(demand(said, zone, replicas), quota, _SETTINGS))
    ]


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


def _foreign(question: Question, zone: str, namespace: str) -> list[str]:
    said = question.stack.settings
    settings, found = said.kubernetes, []
    for item in _quotas(question, namespace):
        name = text(child(item, "metadata"), "name")
        bounds = {_ALIASES.get(key, key): amount(value) for key, value in text_map(child(item, "spec"), "hard").items()}
        whose = f"quota {name} in namespace {namespace}, which is not this stack's,"
        if over := _over(demand(said, zone, settings.minimum_replicas), bounds, bounds):
            found.append(f"{whose} is too small: the zone asks for {over}; have it raised, or its owner remove it")
        elif over := _over(demand(said, zone, settings.maximum_replicas), bounds, bounds):
            pulumi.log.warn(f"{whose} keeps the zone from scaling to {settings.maximum_replicas} replicas: {over}")
    return found


def _quotas(question: Question, namespace: str) -> list[Props]:
    """Return the quotas of others that hold for every pod; those with a scope hold for some only."""
    try:
        found = question.get(f"/api/v1/namespaces/{namespace}/resourcequotas") or {}
    except ApiError as error:
        # The missing right is told by itself.
        if error.code == FORBIDDEN:
            return []
        raise
    ours = question.naming.zone_labels("")[INSTANCE]
    return [
        item
        for item in objects(found, "items")
        if text_map(child(item, "metadata"), "labels").get(INSTANCE) != ours
        and not child(item, "spec").keys() & {"scopes", "scopeSelector"}
    ]


def _over(asked: Demand, bounds: dict[str, Decimal], names: Iterable[str]) -> str:
    amounts = asked.amounts()
    return " and ".join(
        f"{_shown(name, amounts[name])} of {name} where {_shown(name, bounds[name])} are allowed"
        for name in names
        if name in amounts and name in bounds and amounts[name] > bounds[name]
    )


def _shown(name: str, value: Decimal) -> str:
    return f"{float(value / _GIB):g} GiB" if name.endswith(("memory", "storage")) else f"{float(value):g}"
