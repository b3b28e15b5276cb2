"""What a zone's workloads ask of a cluster, and the quota that bounds it, in the terms of a ResourceQuota.

It must be known before anything is declared, and so it is counted from the settings; a test holds the count against
the objects of a real preview.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from components import alertmanager, collector, control_plane, prometheus
from components.workload import Resources
from config.kubernetes import KubernetesSettings
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.kubernetes import store
from infra.platforms.kubernetes.footprint import Footprint, Pods
from infra.platforms.kubernetes.service import Scale
from infra.platforms.kubernetes.share import Share

# Two, so that one may go at any time; they tell one another what they have sent.
ALERTMANAGERS = 2
# Claims outlive what asked for them: a store that is declared another way (to the operator, or back) finds its old ones
# there, and asks for as many beside them.
_ROOM_FOR_CLAIMS, _CLAIMS = 2, 10
_MIB = 1 << 20
_BINARY = {"Ki": 1 << 10, "Mi": _MIB, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Pods, what their containers share, and claims with their size in MiB."""

    pods: int = 0
    share: Share = field(default_factory=Share)
    claims: int = 0
    storage_mib: int = 0

    def __add__(self, other: "Demand") -> "Demand":
        return Demand(
            pods=self.pods + other.pods,
            share=self.share + other.share,
            claims=self.claims + other.claims,
            storage_mib=self.storage_mib + other.storage_mib,
        )

    def amounts(self) -> Mapping[str, Decimal]:
        """Return it by the names that a ResourceQuota has for it: cores, bytes and numbers."""
        share = self.share
        return {
            "pods": Decimal(self.pods),
            "requests.cpu": Decimal(share.request_milli) / 1000,
            "requests.memory": Decimal(share.request_mib) * _MIB,
            "limits.cpu": Decimal(share.limit_milli) / 1000,
            "limits.memory": Decimal(share.limit_mib) * _MIB,
            "persistentvolumeclaims": Decimal(self.claims),
            "requests.storage": Decimal(self.storage_mib) * _MIB,
        }

    def beyond(self, bounds: Mapping[str, Decimal]) -> str:
        """Return what exceeds a quota's ``bounds`` (named as in ``amounts``), in words; empty when it all fits."""
        amounts = self.amounts()
        return " and ".join(
            f"{name} {_shown(name, amounts[name])} (quota: {_shown(name, bound)})"
            for name, bound in bounds.items()
            if name in amounts and amounts[name] > bound
        )


def kept_here(settings: KubernetesSettings) -> Footprint:
    """Return the footprint of a metrics store on the cluster, with what tells people of its alerts."""

    def fixed(number: int) -> Scale:
        return Scale(minimum=number, maximum=number)

    reloader = (store.RELOADER_RESOURCES,) if settings.prometheus_operator else ()
    return Footprint(
        control=(
            Pods(containers=(alertmanager.RESOURCES,), scale=fixed(ALERTMANAGERS), volumes=1),
            Pods(
                containers=(prometheus.RESOURCES, store.SIDECAR_RESOURCES, *reloader),
                scale=fixed(settings.store_replicas),
                volumes=1,
            ),
            Pods(containers=(store.QUERY_RESOURCES,), scale=Scale.of(settings)),
        )
    )


def hard(settings: StackSettings, footprint: Footprint, zone: str) -> dict[str, str]:
    """Return a zone's quota as a ResourceQuota says it: many times what its services use, and a bound on mistakes."""
    quota = settings.kubernetes.zone_quota
    claims = demand(settings, footprint, zone, settings.kubernetes.minimum_replicas).claims
    return {
        "pods": str(quota.pods),
        "requests.cpu": f"{quota.cpus / 2:g}",
        "requests.memory": f"{quota.memory_gib / 2:g}Gi",
        "limits.cpu": str(quota.cpus),
        "limits.memory": f"{quota.memory_gib}Gi",
        "persistentvolumeclaims": str(max(_CLAIMS, _ROOM_FOR_CLAIMS * claims)),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def demand(settings: StackSettings, footprint: Footprint, zone: str, replicas: int) -> Demand:
    """Return what a zone asks for while services without data have ``replicas`` and roll."""
    volume_mib = int(amount(settings.kubernetes.storage_size) / _MIB)
    return sum((_asked(pods, replicas, volume_mib) for pods in _pods(settings, footprint, zone)), Demand())


def _pods(settings: StackSettings, footprint: Footprint, zone: str) -> Iterator[Pods]:
    kubernetes = settings.kubernetes
    if zone == CONTROL_ZONE:
        yield Pods(containers=(control_plane.CONSOLE_RESOURCES,), scale=Scale.of(kubernetes))
        yield from footprint.control
        return
    plane = settings.data_planes[zone]
    yield Pods(
        containers=(collector.RESOURCES,),
        scale=Scale.of(kubernetes, pinned=plane.access == "remote"),
        volumes=footprint.collector_volumes,
    )
    for entry in plane.workloads.values():
        bounds = Resources(memory_mib=entry.memory_mib, cpus=entry.cpus)
        yield Pods(containers=(bounds,), scale=Scale.of(kubernetes))


def _shown(name: str, value: Decimal) -> str:
    return f"{float(value / _BINARY['Gi']):g} GiB" if name.endswith(("memory", "storage")) else f"{float(value):g}"


def _asked(pods: Pods, replicas: int, volume_mib: int) -> Demand:
    number = pods.number(replicas)
    claims = number * pods.volumes
    share = sum((Share.of(container) for container in pods.containers), Share())
    return Demand(pods=number, share=share * number, claims=claims, storage_mib=claims * volume_mib)


def amount(quantity: str) -> Decimal:
    """Return what a quantity of Kubernetes says (``500m``, ``2Gi``, ``1e3``); raises ArithmeticError for another."""
    if quantity[-2:] in _BINARY:
        return Decimal(quantity[:-2]) * _BINARY[quantity[-2:]]
    if quantity[-1:] in _DECIMAL:
        return Decimal(quantity[:-1]).scaleb(_DECIMAL[quantity[-1]])
    return Decimal(quantity)
