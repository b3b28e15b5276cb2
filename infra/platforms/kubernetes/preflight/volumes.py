"""Check that existing volume claims can become as large as the stack says: they grow in place, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pulumi

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.claims import ClaimSet, claimed, requested
from infra.platforms.kubernetes.cluster_api.answers import child, flag, objects, text
from infra.platforms.kubernetes.cluster_api.errors import FORBIDDEN, RefusedError
from infra.platforms.kubernetes.kinds import Kind
from infra.platforms.kubernetes.operated import operated_set
from infra.platforms.kubernetes.preflight import rights
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all
from infra.platforms.kubernetes.quantity import amount

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_SIZE = "kubernetes.storageSize"


@dataclass(frozen=True, kw_only=True, order=True)
class SmallClaim:
    """A claim that is smaller than ``wanted``, which the setting at ``place`` says."""

    namespace: str
    storage_class: str
    place: str
    wanted: str
    size: str
    name: str


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each storage class whose claims cannot grow as they have to, and one for a missing right."""
    found = sorted(claim for zone in ask_all(lambda zone: _small(checked, zone), checked.zones) for claim in zone)
    dropped = {claims.namespace for zone in checked.zones for _, claims in _claims(checked, zone) if not claims.kept}
    return [
        *(_fixed(checked, found) if found else ()),
        *_forbidden(checked, kinds.GROWN, {claim.namespace for claim in found}),
        *_forbidden(checked, kinds.DROPPED, dropped),
    ]


def _small(checked: CheckedStack, zone: str) -> list[SmallClaim]:
    namespace = checked.naming.namespace(zone)
    wanted = {name: (place, claims.size) for place, claims in _claims(checked, zone) for name in claims.names}
    if not wanted:
        return []
    try:
        there = checked.api.find(f"/api/v1/namespaces/{namespace}/persistentvolumeclaims") or {}
    except RefusedError as error:
        # The check of permissions reports it.
        if error.code == FORBIDDEN:
            return []
        raise
    return [
        SmallClaim(
            namespace=namespace,
            storage_class=text(child(item, "spec"), "storageClassName"),
            place=wanted[name][0],
            wanted=wanted[name][1],
            size=requested(item),
            name=name,
        )
        for item in objects(there, "items")
        if (name := text(child(item, "metadata"), "name")) in wanted
        and amount(requested(item)) < amount(wanted[name][1])
    ]


def _claims(checked: CheckedStack, zone: str) -> Iterator[tuple[str, ClaimSet]]:
    """Yield (place in the stack file, claims of the size that it says) of a zone."""
    for planned in checked.planned[zone]:
        role = planned.workload.role
        for claims in claimed(
            planned.workload,
            namespace=checked.naming.namespace(zone),
            controller=operated_set(checked.naming) if planned.operated else role,
            replicas=planned.scale.minimum,
            size=checked.stack.settings.kubernetes.storage_size,
            keep=checked.stack.settings.data == "keep",
        ):
            yield (f"dataPlanes.{zone}.workloads.{role}.volumes.{claims.of}.size" if claims.of else _SIZE), claims


def _fixed(checked: CheckedStack, small: list[SmallClaim]) -> Iterator[str]:
    try:
        listed = objects(checked.api.find(_CLASSES) or {}, "items")
    except RefusedError as error:
        if error.code != FORBIDDEN:
            raise
        pulumi.log.warn("could not check whether volumes can grow: the user may not list storageclasses")
        return
    growing = {text(child(item, "metadata"), "name") for item in listed if flag(item, "allowVolumeExpansion")}
    for like, claims in groupby(small, lambda one: replace(one, name="")):
        if like.storage_class in growing:
            continue
        yield (
            f"{checked.setting(like.place)} is {like.wanted}, but {', '.join(claim.name for claim in claims)} in"
            f" namespace {like.namespace} have {like.size}, and the storage class {like.storage_class or 'of none'}"
            f" enlarges no volume; set it back to {like.size}, or allowVolumeExpansion: true in the class if its driver"
            " can (docs/kubernetes.md, Larger volumes)"
        )


def _forbidden(checked: CheckedStack, kind: Kind, namespaces: set[str]) -> list[str]:
    wanted = [rights.Right(kind=kind, verb=verb, namespace=name) for verb in kind.verbs for name in sorted(namespaces)]
    missing = [right for right in wanted if not rights.allowed(checked, right)]
    return rights.lines(missing, rights.user(checked)) if missing else []
