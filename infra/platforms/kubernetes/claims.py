"""Volume claims that grow in place when the stack's volumes shall be larger.

The claim template of a StatefulSet cannot change; another size in it would replace the StatefulSet and leave its claims
as small as they were. So the template keeps the size that it was made with, and each claim is enlarged by itself. None
is ever replaced or made smaller; those of a workload of one's own are deleted with it, where data is not kept. As with
the edge's authority, the SDK's own plugin runs the provider, and the state names its class only.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import dynamic

from components.workload import Workload
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.cluster_api.answers import Object, child, objects, text
from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.cluster_api.errors import RefusedError
from infra.platforms.kubernetes.quantity import amount

# The sizes in templates, which stay as they were made.
TEMPLATE_SIZE = "spec.volumeClaimTemplates[{index}].spec.resources"
OPERATED_SIZE = "spec.storage.volumeClaimTemplate.spec.resources"
# A cloud enlarges a disk in seconds to minutes; file systems then grow while they are mounted.
_GROWN_S, _LOOK_S = 300.0, 1.0
# The disk has grown, and its file system does when the pod starts again.
_PENDING = "FileSystemResizePending"
_COMPARED = ("namespace", "names", "size")


class CannotGrowError(Exception):
    """A claim is smaller than it shall be, and stays so."""


@dataclass(frozen=True, kw_only=True)
class ClaimSet:
    """The claims ``names`` in a ``namespace``, each of which shall have at least ``size``.

    Where they are not ``kept`` they go with the volumes. ``of`` is the volume that they are of; None: of all that have
    the platform's size.
    """

    namespace: str
    names: Sequence[str]
    size: str
    kept: bool = True
    of: str | None = None

    @property
    def path(self) -> str:
        """Where the API server lists the namespace's claims."""
        return f"/api/v1/namespaces/{self.namespace}/persistentvolumeclaims"


def claimed(
    workload: Workload, *, namespace: str, controller: str, replicas: int, size: str, keep: bool = True
) -> Iterator[ClaimSet]:
    """Yield the claims that the StatefulSet ``controller`` makes for the pods of ``workload``.

    Volumes without a size of their own have ``size``, and are always kept: they go with their namespace alone.
    """

    def names(*volumes: str) -> list[str]:
        return [f"{volume}-{controller}-{number}" for volume in volumes for number in range(replicas)]

    if shared := [volume.name for volume in workload.volumes if volume.size is None]:
        yield ClaimSet(namespace=namespace, names=names(*shared), size=size)
    for volume in workload.volumes:
        if volume.size is not None:
            yield ClaimSet(namespace=namespace, names=names(volume.name), size=volume.size, kept=keep, of=volume.name)


def requested(claim: Object) -> str:
    """Return the size that a claim asks for."""
    return text(child(child(child(claim, "spec"), "resources"), "requests"), "storage") or "0"


def grow(api: ClusterApi, wanted: ClaimSet, *, within_s: float = _GROWN_S) -> None:
    """Enlarge every claim that is smaller, and wait until its volume is as large; raises `CannotGrowError`."""
    for name in wanted.names:
        claim = api.find(f"{wanted.path}/{name}")
        if claim is None or amount(requested(claim)) >= amount(wanted.size):
            continue
        try:
            size = {"requests": {"storage": wanted.size}}
            api.patch(f"{wanted.path}/{name}", {"spec": {"resources": size}})
        except RefusedError as error:
            raise CannotGrowError(
                f"{wanted.namespace}/{name} cannot grow from {requested(claim)} to {wanted.size}: {error}"
            ) from error
    deadline = time.monotonic() + within_s
    while small := _small(api, wanted):
        if time.monotonic() >= deadline:
            raise CannotGrowError(
                f"after {within_s:g} s volumes are still smaller than {wanted.size}: {', '.join(small)}; see what"
                f" `kubectl -n {wanted.namespace} describe pvc` says of them"
            )
        time.sleep(_LOOK_S)


def remove(api: ClusterApi, unwanted: ClaimSet) -> None:
    """Delete claims; those that are gone already are fine."""
    for name in unwanted.names:
        api.remove(f"{unwanted.path}/{name}")


def smallest(api: ClusterApi, wanted: ClaimSet) -> str:
    """Return the size of the smallest claim; the wanted one where none is smaller."""
    there = (api.find(f"{wanted.path}/{name}") for name in wanted.names)
    return min([wanted.size, *(requested(claim) for claim in there if claim is not None)], key=amount)


def _small(api: ClusterApi, wanted: ClaimSet) -> list[str]:
    """Return which volumes are bound, have not grown yet, and do not wait for a new pod to do so."""
    found = []
    for name in wanted.names:
        status = child(api.find(f"{wanted.path}/{name}") or {}, "status")
        capacity = text(child(status, "capacity"), "storage")
        pending = any(
            text(one, "type") == _PENDING and text(one, "status") == "True" for one in objects(status, "conditions")
        )
        if capacity and amount(capacity) < amount(wanted.size) and not pending:
            found.append(f"{name} ({capacity})")
    return found


class Grower(dynamic.ResourceProvider):
    """Enlarge claims for the engine; a deletion leaves those alone that are kept."""

    # It captures nothing; marked as a secret, the state would only hide that.
    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Enlarge what is smaller: claims may have been kept by an earlier stack."""
        _grow(props)
        return dynamic.CreateResult(f"{props['namespace']}/{props['names'][0]}", props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Return the size of the smallest claim where one is smaller: its StatefulSet has made it anew."""
        with _asking(props) as api:
            return dynamic.ReadResult(id_, {**props, "size": smallest(api, _wanted(props))})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Report a change of the claims or of their size, not of the way to the cluster."""
        return dynamic.DiffResult(
            changes=any(_olds.get(name) != _news.get(name) for name in _COMPARED) or _kept(_olds) != _kept(_news),
            delete_before_replace=False,
        )

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.UpdateResult:
        """Enlarge what is smaller."""
        _grow(_news)
        return dynamic.UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete what is not kept: the cluster does so once no pod uses it."""
        if not _kept(_props):
            with _asking(_props) as api:
                remove(api, _wanted(_props))


class Claims(dynamic.Resource, module="planewatch", name="Claims"):
    """The claims of a controller's pods, at least as large as the stack says."""

    def __init__(
        self, name: str, wanted: ClaimSet, access: ClusterAccess, *, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        way = {"context": access.context, "kubeconfig": access.kubeconfig}
        super().__init__(
            Grower(),
            name,
            {
                "namespace": wanted.namespace,
                "names": list(wanted.names),
                "size": wanted.size,
                **({} if wanted.kept else {"kept": False}),
                **{key: value for key, value in way.items() if value is not None},
            },
            opts,
        )


def _kept(props: Mapping[str, Any]) -> bool:
    return bool(props.get("kept", True))


def _grow(props: Mapping[str, Any]) -> None:
    with _asking(props) as api:
        grow(api, _wanted(props))


def _wanted(props: Mapping[str, Any]) -> ClaimSet:
    return ClaimSet(namespace=props["namespace"], names=props["names"], size=props["size"])


def _asking(props: Mapping[str, Any]) -> AbstractContextManager[ClusterApi]:
    return closing(ClusterApi(kubeconfig=props.get("kubeconfig"), context=props.get("context")))
