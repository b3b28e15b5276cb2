"""How many pods an autoscaled Deployment has is its autoscaler's, whatever number is recorded of it."""

import copy
from typing import Any

import pytest

from delivery.live.objects import differences
from delivery.live.scaled import without_scaled
from delivery.recorded import Resource

PROVIDER = "urn:pulumi:s::planewatch::pulumi:providers:kubernetes::cluster"


def resource(kind: str, namespace: str, name: str, spec: dict[str, Any], provider: str = f"{PROVIDER}::1") -> Resource:
    made = {"metadata": {"namespace": namespace, "name": name}, "spec": spec}
    return Resource(
        urn=f"urn:{kind}:{namespace}/{name}",
        type=f"kubernetes:{kind}",
        id=f"{namespace}/{name}",
        custom=True,
        provider=provider,
        inputs=made,
        outputs=made,
    )


def deployment(name: str = "api", namespace: str = "n", **spec: Any) -> Resource:
    return resource("apps/v1:Deployment", namespace, name, {"replicas": 2, "minReadySeconds": 3, **spec})


def autoscaler(namespace: str = "n", kind: str = "Deployment", provider: str = f"{PROVIDER}::1") -> Resource:
    spec = {"minReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": "api"}}
    return resource("autoscaling/v2:HorizontalPodAutoscaler", namespace, "scaler", spec, provider)


def told(one: Resource, **live: Any) -> list[tuple[str, bool]]:
    now = copy.deepcopy(dict(one.outputs))
    now["spec"] |= live
    return list(differences(one, "Deployment", now))


def test_a_number_from_before_the_autoscaler_is_no_difference() -> None:
    left, scaler = without_scaled([deployment(), autoscaler()])
    assert told(left, replicas=5) == []
    assert told(left, replicas=5, minReadySeconds=1) == [("spec.minReadySeconds is 1, not 3", False)]
    assert scaler == autoscaler()


def test_without_pods_it_is_replaced_since_its_autoscaler_leaves_it_there() -> None:
    left, _ = without_scaled([deployment(), autoscaler()])
    assert told(left, replicas=0) == [("is scaled to 0, where no autoscaler brings it back", True)]


@pytest.mark.parametrize(
    "others",
    [(), (autoscaler(namespace="m"),), (autoscaler(kind="StatefulSet"),), (autoscaler(provider="urn:other::1"),)],
)
def test_without_an_autoscaler_of_its_own_the_number_is_compared(others: tuple[Resource, ...]) -> None:
    left, *_ = without_scaled([deployment(), *others])
    assert told(left, replicas=5) == [("spec.replicas is 5, not 2", False)]
