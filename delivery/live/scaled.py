"""Leave out of what a stack is compared by what its autoscalers decide."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from delivery.recorded import Resource

_AUTOSCALER, _DEPLOYMENT = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "kubernetes:apps/v1:Deployment"


def without_scaled(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return the resources; a Deployment that an autoscaler of the stack scales has no number of replicas.

    One that had a number before its autoscaler keeps that among its inputs, since the program ignores changes of it.
    """
    found = tuple(resources)
    scaled = {_target(one) for one in found if one.type == _AUTOSCALER}
    return tuple(_unnumbered(one) if one.type == _DEPLOYMENT and _itself(one) in scaled else one for one in found)


def _unnumbered(one: Resource) -> Resource:
    spec = {key: value for key, value in _inputs(one, "spec").items() if key != "replicas"}
    return replace(one, inputs={**one.inputs, "spec": spec})


def _target(autoscaler: Resource) -> tuple[object, ...]:
    target = _inputs(autoscaler, "spec").get("scaleTargetRef") or {}
    return (*_place(autoscaler), target.get("kind"), target.get("name"))


def _itself(deployment: Resource) -> tuple[object, ...]:
    return (*_place(deployment), "Deployment", _inputs(deployment, "metadata").get("name"))


def _place(one: Resource) -> tuple[object, ...]:
    return one.provider.rpartition("::")[0], _inputs(one, "metadata").get("namespace")


def _inputs(one: Resource, part: str) -> dict[str, Any]:
    return dict(one.inputs.get(part) or {})
