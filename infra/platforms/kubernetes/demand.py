"""What a zone's workloads need of a cluster, and the quota that bounds it, in the terms of a ResourceQuota."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from config.kubernetes import KubernetesSettings
from infra.platforms.kubernetes import from_settings
from infra.platforms.kubernetes.planned import Planned
from infra.platforms.kubernetes.quantity import amount
from infra.platforms.kubernetes.quota import bounds
from infra.platforms.kubernetes.share import Share

_MIB, _GIB = 1 << 20, 1 << 30


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A number of pods, what their containers request in all, and volume claims with their total size in MiB."""

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
        """Return the amounts by their names in a ResourceQuota: in cores, bytes and numbers."""
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


def hard(workloads: Iterable[Planned], settings: KubernetesSettings) -> dict[str, str]:
    """Return the ``hard`` of the ResourceQuota that a zone with these workloads gets."""
    return bounds(from_settings.quota(settings), claims(workloads, settings))


def claims(workloads: Iterable[Planned], settings: KubernetesSettings) -> int:
    """Return how many volume claims a zone's workloads have."""
    return demand(workloads, settings, settings.minimum_replicas).claims


def demand(workloads: Iterable[Planned], settings: KubernetesSettings, replicas: int) -> Demand:
    """Return what a zone's workloads need while those without data have ``replicas`` and roll out."""
    volume_mib = int(amount(settings.storage_size) / _MIB)
    return sum((_needs(planned, replicas, volume_mib) for planned in workloads), Demand())


def _shown(name: str, value: Decimal) -> str:
    return f"{float(value / _GIB):g} GiB" if name.endswith(("memory", "storage")) else f"{float(value):g}"


def _needs(planned: Planned, replicas: int, volume_mib: int) -> Demand:
    pods = planned.pods(replicas)
    sizes = [
        volume_mib if volume.size is None else int(amount(volume.size) / _MIB) for volume in planned.workload.volumes
    ]
    return Demand(pods=pods, share=planned.share * pods, claims=pods * len(sizes), storage_mib=pods * sum(sizes))
