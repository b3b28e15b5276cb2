"""What objects of a preview ask of their zones' quotas: counted from the objects alone."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from infra.platforms.kubernetes.quantity import amount

Object = dict[str, Any]
Amounts = dict[str, Decimal]
_ZONE = "planewatch.dev/zone"


def demanded(objects: Iterable[Object]) -> dict[str, Amounts]:
    """Return by zone what its pods and claims are at the most, rolling, by the names that a ResourceQuota has."""
    found = list(objects)
    most = {
        _key(scaler): scaler["spec"]["maxReplicas"] for scaler in found if scaler["kind"] == "HorizontalPodAutoscaler"
    }
    zones: dict[str, Amounts] = {}
    for controller in found:
        if controller["kind"] in ("Deployment", "StatefulSet"):
            asked = zones.setdefault(controller["metadata"]["labels"][_ZONE], dict.fromkeys(_NAMES, Decimal(0)))
            for name, value in _of(controller, most).items():
                asked[name] += value
    return zones


def quotas(objects: Iterable[Object]) -> dict[str, Amounts]:
    """Return by zone what its ResourceQuota allows."""
    return {
        quota["metadata"]["labels"][_ZONE]: {name: amount(value) for name, value in quota["spec"]["hard"].items()}
        for quota in objects
        if quota["kind"] == "ResourceQuota"
    }


_SHARES = tuple(f"{side}.{what}" for side in ("requests", "limits") for what in ("cpu", "memory"))
_NAMES = ("pods", *_SHARES, "persistentvolumeclaims", "requests.storage")


def _of(controller: Object, most: Mapping[tuple[str, str], int]) -> Amounts:
    spec = controller["spec"]
    number = spec["replicas"] if "replicas" in spec else most[_key(controller)]
    number += spec.get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 0)
    containers = spec["template"]["spec"]["containers"]
    claims = spec.get("volumeClaimTemplates", [])
    storage = sum((amount(claim["spec"]["resources"]["requests"]["storage"]) for claim in claims), Decimal(0))
    shares = {name: number * sum((_share(container, name) for container in containers), Decimal(0)) for name in _SHARES}
    return {
        "pods": Decimal(number),
        **shares,
        "persistentvolumeclaims": Decimal(number * len(claims)),
        "requests.storage": number * storage,
    }


def _share(container: Object, name: str) -> Decimal:
    side, _, what = name.partition(".")
    return amount(container["resources"][side][what])


def _key(found: Object) -> tuple[str, str]:
    return found["metadata"]["namespace"], found["metadata"]["name"]
