"""Check that what the settings name exists on the cluster. To check another kind of object, add it to ``things``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from config.kubernetes import IngressSettings
from infra.platforms.kubernetes.cluster_api.answers import Object, child, objects, text, text_map
from infra.platforms.kubernetes.cluster_api.errors import FORBIDDEN, RefusedError
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
_EDGE = "kubernetes.ingress"
_EDGE_CLASSES = {
    "ingress": ("ingress class", "/apis/networking.k8s.io/v1/ingressclasses"),
    "gateway": ("gateway class", "/apis/gateway.networking.k8s.io/v1/gatewayclasses"),
}
_ISSUERS = "/apis/cert-manager.io/v1/clusterissuers"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An object that must exist: ``what`` it is called in messages, and the ``setting`` that gives its ``name``.

    ``path`` is where the API server lists such objects.
    """

    what: str
    setting: str
    path: str
    name: str


def things(checked: CheckedStack) -> Sequence[Thing]:
    """Return everything that the stack's settings name and the stack does not create."""
    settings = checked.stack.settings.kubernetes
    classes = settings.priority_classes
    named = (
        ("storage class", "kubernetes.storageClass", _CLASSES, settings.storage_class),
        ("priority class", "kubernetes.priorityClasses.controlPlane", _PRIORITIES, classes.control_plane),
        ("priority class", "kubernetes.priorityClasses.dataPlanes", _PRIORITIES, classes.data_planes),
    )
    found = [Thing(what=what, setting=setting, path=path, name=name) for what, setting, path, name in named if name]
    return [*found, *(_edge(settings.ingress) if settings.ingress else ())]


def _edge(settings: IngressSettings) -> Iterator[Thing]:
    """Yield what an edge needs; with the controller in another namespace, network policies let nobody in."""
    where = settings.controller_namespace
    yield Thing(what="namespace", setting=f"{_EDGE}.controllerNamespace", path="/api/v1/namespaces", name=where)
    if settings.class_name:
        what, path = _EDGE_CLASSES[settings.kind]
        yield Thing(what=what, setting=f"{_EDGE}.className", path=path, name=settings.class_name)
    if settings.issuer:
        yield Thing(what="ClusterIssuer", setting=f"{_EDGE}.issuer", path=_ISSUERS, name=settings.issuer)


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each object that does not exist, with the names of those that do."""
    answers = ask_all(lambda thing: _problem(checked, thing), things(checked))
    return [*(line for line in answers if line), *_no_default_class(checked)]


def _problem(checked: CheckedStack, thing: Thing) -> str | None:
    there = _list(checked, thing.path, f"{thing.what} {thing.name}")
    if there is None or thing.name in (names := _names(there)):
        return None
    return (
        f"{checked.setting(thing.setting)} is {thing.name!r}, but the cluster has no such {thing.what} "
        f"(available: {', '.join(names) or 'none'})"
    )


def _no_default_class(checked: CheckedStack) -> list[str]:
    if checked.stack.settings.kubernetes.storage_class:
        return []
    there = _list(checked, _CLASSES, "the default storage class")
    if there is None or any(
        text_map(child(item, "metadata"), "annotations").get(_DEFAULT) == "true" for item in objects(there, "items")
    ):
        return []
    line = (
        f"{checked.setting('kubernetes.storageClass')} is not set and the cluster has no default storage class; set it "
        f"to one that exists (available: {', '.join(_names(there)) or 'none'})"
    )
    return [line]


def _list(checked: CheckedStack, path: str, wanted: str) -> Object | None:
    """Return the list at ``path`` (empty where the cluster lacks the kind), None without permission to read it."""
    try:
        return checked.api.find(path) or {}
    except RefusedError as error:
        if error.code != FORBIDDEN:
            raise
    pulumi.log.warn(f"could not check {wanted}: the user may not list {path.rpartition('/')[2]}")
    return None


def _names(there: Object) -> list[str]:
    return sorted(text(child(item, "metadata"), "name") for item in objects(there, "items"))
