"""Which path an object's kind has at this API server, asked once per group and process."""

import threading
from dataclasses import dataclass, field
from urllib.parse import quote

from toolchain.standins.kubernetes.client import NOT_FOUND, ApiError, Client
from toolchain.standins.kubernetes.objects import Kind, kind_of, name_of, namespace_of
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, flag, objects, text


class NoSuchKindError(RefusedError):
    """The API server does not know the kind."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"the API server has no kind {kind}; a custom resource needs its CustomResourceDefinition created before it"
        )


@dataclass(frozen=True)
class Resource:
    """How the API server calls a kind."""

    plural: str
    namespaced: bool


@dataclass
class Discovery:
    """The kinds of this API server, as far as they were asked for."""

    client: Client
    _groups: dict[str, dict[str, Resource]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, kind: Kind, *, fresh: bool = False) -> Resource | None:
        """Return the resource of a kind, or None; `fresh` asks again when it was missing."""
        with self._lock:
            known = self._groups.get(kind.api_version)
            if known is None or (fresh and kind.kind not in known):
                known = self._groups[kind.api_version] = self._ask(kind)
            return known.get(kind.kind)

    def path(self, obj: Props, *, fresh: bool = False) -> str:
        """Return the path of the object's collection; NoSuchKindError when the kind is unknown."""
        kind = kind_of(obj)
        found = self.find(kind, fresh=fresh)
        if found is None:
            raise NoSuchKindError(kind)
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        space = f"/namespaces/{quote(namespace_of(obj) or 'default')}" if found.namespaced else ""
        return f"{root}{space}/{found.plural}"

    def object_path(self, obj: Props) -> str:
        """Return the path of the object itself."""
        return f"{self.path(obj)}/{quote(name_of(obj))}"

    def _ask(self, kind: Kind) -> dict[str, Resource]:
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        try:
            listed = self.client.get(root, doing=f"ask which kinds {kind.api_version} has")
        except ApiError as error:
            if error.code == NOT_FOUND:
                return {}
            raise
        return {
            text(entry, "kind"): Resource(text(entry, "name"), flag(entry, "namespaced"))
            for entry in objects(listed, "resources")
            if "/" not in text(entry, "name")  # not the sub-resources (deployments/scale)
        }
