"""Check that existing volume claims can become as large as the stack says: they grow in place, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pulumi

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.claims import ClaimSet, requested
from infra.platforms.kubernetes.cluster_api.answers import child, flag, objects, text
from infra.platforms.kubernetes.cluster_api.errors import FORBIDDEN, RefusedError
from infra.platforms.kubernetes.operated import operated_set
from infra.platforms.kubernetes.preflight import rights
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all
from infra.platforms.kubernetes.quantity import amount

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_SIZE = "kubernetes.storageSize"


@dataclass(frozen=True, kw_only=True, order=True)
class SmallClaim:
    """A claim that is smaller than the stack says."""

    namespace: str
    storage_class: str
    size: str
    name: str


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each storage class whose claims cannot grow as they have to, and one for a missing right."""
    found = sorted(claim for zone in ask_all(lambda zone: _small(checked, zone), checked.zones) for claim in zone)
    if not found:
        return []
    return [*_fixed(checked, found), *_forbidden(checked, {claim.namespace for claim in found})]


def _small(checked: CheckedStack, zone: str) -> list[SmallClaim]:
    namespace, wanted = checked.naming.namespace(zone), checked.stack.settings.kubernetes.storage_size
    names = {name for claims in _claims(checked, zone) for name in claims.names}
    if not names:
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
            size=requested(item),
            name=name,
        )
        for item in objects(there, "items")
        if (name := text(child(item, "metadata"), "name")) in names and amount(requested(item)) < amount(wanted)
    ]


def _claims(checked: CheckedStack, zone: str) -> Iterator[ClaimSet]:
    for planned in checked.planned[zone]:
        yield ClaimSet.of(
            planned.workload,
            namespace=checked.naming.namespace(zone),
            controller=operated_set(checked.naming) if planned.operated else planned.workload.role,
            replicas=planned.scale.minimum,
            size=checked.stack.settings.kubernetes.storage_size,
        )


def _fixed(checked: CheckedStack, small: list[SmallClaim]) -> Iterator[str]:
    try:
        listed = objects(checked.api.find(_CLASSES) or {}, "items")
    except RefusedError as error:
        if error.code != FORBIDDEN:
            raise
        pulumi.log.warn("could not check whether volumes can grow: the user may not list storageclasses")
        return
    growing = {text(child(item, "metadata"), "name") for item in listed if flag(item, "allowVolumeExpansion")}
    for (namespace, of_class, size), claims in groupby(small, lambda one: (one.namespace, one.storage_class, one.size)):
        if of_class in growing:
            continue
        yield (
            f"{checked.setting(_SIZE)} is {checked.stack.settings.kubernetes.storage_size}, but"
            f" {', '.join(claim.name for claim in claims)} in namespace {namespace} have {size}, and the storage class"
            f" {of_class or 'of none'} enlarges no volume; set it back to {size}, or allowVolumeExpansion: true in the"
            " class if its driver can (docs/kubernetes.md, Larger volumes)"
        )


def _forbidden(checked: CheckedStack, namespaces: set[str]) -> list[str]:
    wanted = [rights.Right(kind=kinds.GROWN, verb="patch", namespace=name) for name in sorted(namespaces)]
    missing = [right for right in wanted if not rights.allowed(checked, right)]
    return rights.lines(missing, rights.user(checked)) if missing else []
