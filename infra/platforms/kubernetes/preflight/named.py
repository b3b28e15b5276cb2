"""Whether what the settings name on the cluster is there. Another such thing is one more entry in ``things``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from config.kubernetes import IngressSettings
from infra.platforms.kubernetes.preflight.question import Question, at_once
from toolchain.standins.kubernetes.client import FORBIDDEN, ApiError
from toolchain.standins.servicer.values import Props, child, objects, text, text_map

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
_EDGE = "kubernetes.ingress"
_DOORS = {
    "ingress": ("ingress class", "/apis/networking.k8s.io/v1/ingressclasses"),
    "gateway": ("gateway class", "/apis/gateway.networking.k8s.io/v1/gatewayclasses"),
}
_ISSUERS = "/apis/cert-manager.io/v1/clusterissuers"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An object that must exist, called ``what`` among people.

    ``setting`` names it in the stack file; ``path`` is that of the list at the API server in which ``name`` must be.
    """

    what: str
    setting: str
    path: str
    name: str


def things(question: Question) -> Sequence[Thing]:
    """Return everything that the stack's settings name and that the stack does not make."""
    settings = question.stack.settings.kubernetes
    classes = settings.priority_classes
    named = (
        ("storage class", "kubernetes.storageClass", _CLASSES, settings.storage_class),
        ("priority class", "kubernetes.priorityClasses.controlPlane", _PRIORITIES, classes.control_plane),
        ("priority class", "kubernetes.priorityClasses.dataPlanes", _PRIORITIES, classes.data_planes),
    )
    found = [Thing(what=what, setting=setting, path=path, name=name) for what, setting, path, name in named if name]
    return [*found, *(_edge(settings.ingress) if settings.ingress else ())]


def _edge(settings: IngressSettings) -> Iterator[Thing]:
    """Yield what an edge needs; in another namespace of the controller nobody would get in."""
    where = settings.controller_namespace
    yield Thing(what="namespace", setting=f"{_EDGE}.controllerNamespace", path="/api/v1/namespaces", name=where)
    if settings.class_name:
        what, path = _DOORS[settings.kind]
        yield Thing(what=what, setting=f"{_EDGE}.className", path=path, name=settings.class_name)
    if settings.issuer:
        yield Thing(what="ClusterIssuer", setting=f"{_EDGE}.issuer", path=_ISSUERS, name=settings.issuer)


def faults(question: Question) -> list[str]:
    """Return a line for each thing that is not there, with those that are."""
    answers = at_once(lambda thing: _fault(question, thing), things(question))
    return [*(line for line in answers if line), *_no_default_class(question)]


def _fault(question: Question, thing: Thing) -> str | None:
    there = _list(question, thing.path, f"{thing.what} {thing.name}")
    if there is None or thing.name in (names := _names(there)):
        return None
    return (
        f"{question.place(thing.setting)} is {thing.name!r}, and the cluster has no such {thing.what}; it has "
        f"{', '.join(names) or 'none'}"
    )


def _no_default_class(question: Question) -> list[str]:
    if question.stack.settings.kubernetes.storage_class:
        return []
    there = _list(question, _CLASSES, "the default storage class")
    if there is None or any(
        text_map(child(item, "metadata"), "annotations").get(_DEFAULT) == "true" for item in objects(there, "items")
    ):
        return []
    line = (
        f"{question.place('kubernetes.storageClass')} is not set, and the cluster has no default storage class; set it "
        f"to one of those it has ({', '.join(_names(there)) or 'none'})"
    )
    return [line]


def _list(question: Question, path: str, wanted: str) -> Props | None:
    """Return the list at ``path`` (empty where the cluster knows no such kind), None when it may not be read."""
    try:
        return question.get(path) or {}
    except ApiError as error:
        if error.code != FORBIDDEN:
            raise
    pulumi.log.warn(f"whether {wanted} is there was not checked: the user may not list {path.rpartition('/')[2]}")
    return None


def _names(there: Props) -> list[str]:
    return sorted(text(child(item, "metadata"), "name") for item in objects(there, "items"))
