"""What a zone's workloads ask of a cluster, and the quota that bounds it, in the terms of a ResourceQuota.

It must be known before anything is declared, and so it is counted from the settings; a test holds the count against
the objects of a real preview.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from components import alertmanager, collector, control_plane, prometheus
from components.workload import Resources
from config.kubernetes import KubernetesSettings, ZoneQuota
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.kubernetes import store
from infra.platforms.kubernetes.share import Share

# Two, so that one may go at any time; they tell one another what they have sent.
ALERTMANAGERS = 2
# While a Deployment rolls, it has one pod more.
_SURGE = 1
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


def hard(quota: ZoneQuota) -> dict[str, str]:
    """Return a zone's quota as a ResourceQuota says it: many times what its services use, and a bound on mistakes."""
    return {
        "pods": str(quota.pods),
        "requests.cpu": f"{quota.cpus / 2:g}",
        "requests.memory": f"{quota.memory_gib / 2:g}Gi",
        "limits.cpu": str(quota.cpus),
        "limits.memory": f"{quota.memory_gib}Gi",
        "persistentvolumeclaims": "10",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def demand(settings: StackSettings, zone: str, replicas: int) -> Demand:
    """Return what a zone asks for while services without data have ``replicas`` and roll."""
    kubernetes = settings.kubernetes
    if zone == CONTROL_ZONE:
        return (
            _deployments((control_plane.CONSOLE_RESOURCES, store.QUERY_RESOURCES), replicas)
            + _stateful((alertmanager.RESOURCES,), ALERTMANAGERS, kubernetes)
            + _stateful((prometheus.RESOURCES, store.SIDECAR_RESOURCES), kubernetes.store_replicas, kubernetes)
        )
    workloads = settings.data_planes[zone].workloads.values()
    applications = (Resources(memory_mib=entry.memory_mib, cpus=entry.cpus) for entry in workloads)
    return _deployments((collector.RESOURCES, *applications), replicas)


def amount(quantity: str) -> Decimal:
    """Return what a quantity of Kubernetes says (``500m``, ``2Gi``, ``1e3``); raises ArithmeticError for another."""
    if quantity[-2:] in _BINARY:
        return Decimal(quantity[:-2]) * _BINARY[quantity[-2:]]
    if quantity[-1:] in _DECIMAL:
        return Decimal(quantity[:-1]).scaleb(_DECIMAL[quantity[-1]])
    return Decimal(quantity)


def _deployments(containers: Iterable[Resources], replicas: int) -> Demand:
    return sum((_pods((container,), replicas + _SURGE) for container in containers), Demand())


def _stateful(containers: Iterable[Resources], replicas: int, settings: KubernetesSettings) -> Demand:
    storage = amount(settings.storage_size) / _MIB * replicas
    return _pods(containers, replicas) + Demand(claims=replicas, storage_mib=int(storage))


def _pods(containers: Iterable[Resources], number: int) -> Demand:
    return Demand(pods=number, share=sum((Share.of(container) for container in containers), Share()) * number)
