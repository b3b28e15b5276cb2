"""Ask an API server what it has of a stack: one question per kind, by label, for all namespaces at once.

Where the user may list single namespaces only, it is one per kind and namespace; and what a list does not show, which
is rare, is asked for by its name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from delivery.live.model import Kind
from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.cluster_api.errors import RefusedError

# As infra/platforms/kubernetes/naming.py has it, which takes Pulumi's SDK to import.
INSTANCE = "app.kubernetes.io/instance"
Object = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where a server has the objects of a kind."""

    root: str
    resource: str
    namespaced: bool

    def all(self, instance: str, namespace: str = "") -> str:
        """Return the path of everything that is labelled so, in a namespace or anywhere."""
        where = f"/namespaces/{quote(namespace)}" if namespace else ""
        return f"{self.root}{where}/{self.resource}?labelSelector={quote(f'{INSTANCE}={instance}')}"

    def one(self, identity: str) -> str:
        """Return the path of one object by its id: ``namespace/name``, or ``name``."""
        namespace, _, name = identity.rpartition("/")
        where = f"/namespaces/{quote(namespace)}" if namespace else ""
        return f"{self.root}{where}/{self.resource}/{quote(name)}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Live objects by their ids, and for those that the user may not see, why."""

    objects: Mapping[str, Object] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def served(api: ClusterApi, kind: Kind) -> Served | None:
    """Return where the server has a kind, None if it knows none of that name; raises ClusterError."""
    root = f"/apis/{kind.api_version}" if "/" in kind.api_version else f"/api/{kind.api_version}"
    known: Any = api.find(root) or {}
    for entry in known.get("resources") or ():
        if entry["kind"] == kind.name and "/" not in entry["name"]:
            return Served(root=root, resource=entry["name"], namespaced=entry["namespaced"])
    return None


def ask(api: ClusterApi, kind: Kind, instance: str, identities: Iterable[str]) -> Answer:
    """Return what is live of these objects; ``instance`` is the value of their label, empty if they have none.

    Raises ClusterError when nobody answers.
    """
    where = served(api, kind)
    if where is None:
        return Answer()
    wanted = tuple(identities)
    found: dict[str, Object] = {}
    refused: dict[str, str] = {}
    if instance:
        for namespace in _scopes(api, where, instance, wanted, found):
            try:
                found |= _listed(api, where.all(instance, namespace))
            except RefusedError as error:
                refused |= {one: str(error) for one in wanted if one.rpartition("/")[0] == namespace}
    for identity in (one for one in wanted if one not in found and one not in refused):
        try:
            if (alone := api.find(where.one(identity))) is not None:
                found[identity] = alone
        except RefusedError as error:
            refused[identity] = str(error)
    return Answer(objects=found, refused=refused)


def _scopes(
    api: ClusterApi, where: Served, instance: str, wanted: tuple[str, ...], found: dict[str, Object]
) -> tuple[str, ...]:
    """List everything at once into ``found``; return the namespaces to list one by one where that is forbidden."""
    try:
        found |= _listed(api, where.all(instance))
    except RefusedError as error:
        if error.code != HTTPStatus.FORBIDDEN:
            raise
        return tuple(dict.fromkeys(one.rpartition("/")[0] for one in wanted)) if where.namespaced else ()
    return ()


def _listed(api: ClusterApi, path: str) -> dict[str, Object]:
    listed: Any = api.get(path)
    # Only the list says what its items are.
    kind = {"apiVersion": listed["apiVersion"], "kind": listed["kind"].removesuffix("List")}
    return {_identity(item["metadata"]): {**kind, **item} for item in listed["items"]}


def _identity(metadata: Mapping[str, str]) -> str:
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else metadata["name"]
