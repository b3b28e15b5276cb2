"""The quota of a zone, in the terms of a ResourceQuota."""

from infra.platforms.kubernetes.args import ZoneQuota

# Claims outlive their pods: a store that moves to the Prometheus Operator, or back, leaves its old claims and needs as
# many new ones.
_ROOM_FOR_CLAIMS, _CLAIMS = 2, 10


def bounds(quota: ZoneQuota, claims: int) -> dict[str, str]:
    """Return the ``hard`` of a zone's ResourceQuota: many times what its workloads use, as a bound on mistakes.

    ``claims`` is how many volume claims they have.
    """
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
