"""What a stack's state records, read without starting the CLI where the backend is a folder."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from delivery.workspace import PROJECT

EMPTY_STATE = '{"deployment": {}}'
# The package of what exists in the state only: the stack itself, providers.
ENGINE = "pulumi"
_STACK = "pulumi:pulumi:Stack"
# The engine's mark of a special value, which is a secret in all cases that a state may hold.
_SPECIAL = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as the state records it; ``id`` is empty for components.

    ``external`` ones are somebody else's, which the program reads only.
    """

    urn: str
    type: str
    id: str = ""
    custom: bool = False
    delete: bool = False
    external: bool = False
    parent: str = ""
    provider: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    dependencies: frozenset[str] = frozenset()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that the program gave it."""
        return self.urn.rpartition("::")[2]

    @property
    def package(self) -> str:
        """The provider's package: ``docker`` of ``docker:index/container:Container``."""
        return self.type.partition(":")[0]


def resources(state: str) -> tuple[Resource, ...]:
    """Read all resources from an exported state (JSON)."""
    return tuple(map(_resource, json.loads(state)["deployment"].get("resources") or ()))


def packages(found: Iterable[Resource]) -> frozenset[str]:
    """Return the packages of what exists outside the state."""
    return frozenset(one.package for one in found if one.custom and one.package != ENGINE)


def outputs(state: str) -> str | None:
    """Return the stack's outputs as JSON; None where there are none or one is a secret, which only the CLI can read."""
    for resource in resources(state):
        if resource.type == _STACK:
            text = json.dumps(resource.outputs)
            return None if _SPECIAL in text else text
    return None


def checkpoint(backend: str, stack: str) -> Path | None:
    """Return the file in which a file backend (``file://…``) keeps the stack's state; None for other backends.

    The file does not exist before the stack is made, nor where the backend is told to compress.
    """
    folder = bookkeeping(backend)
    return None if folder is None else folder / "stacks" / PROJECT / f"{stack}.json"


def read(backend: str, stack: str) -> str | None:
    """Return the state as ``pulumi stack export`` does, but from a file backend's file; None where there is no such."""
    path = checkpoint(backend, stack)
    try:
        document = json.loads(path.read_text()) if path else {}
    except (OSError, ValueError):
        return None
    latest = (document.get("checkpoint") or {}).get("latest")
    return json.dumps({"version": document["version"], "deployment": latest}) if latest else None


def bookkeeping(backend: str) -> Path | None:
    """Return the folder of a file backend's own files; None for other backends."""
    address = urlparse(backend)
    return Path(unquote(address.path)) / ".pulumi" if address.scheme == "file" else None


def is_special(value: object) -> bool:
    """Return whether a value of the state is written in the engine's own way: a secret, encrypted."""
    return isinstance(value, dict) and _SPECIAL in value


def _resource(entry: dict[str, Any]) -> Resource:
    return Resource(
        urn=entry["urn"],
        type=entry["type"],
        id=entry.get("id", ""),
        custom=entry.get("custom", False),
        delete=entry.get("delete", False),
        external=entry.get("external", False),
        parent=entry.get("parent", ""),
        provider=entry.get("provider", ""),
        protect=entry.get("protect", False),
        retain_on_delete=entry.get("retainOnDelete", False),
        dependencies=frozenset(_dependencies(entry)),
        inputs=entry.get("inputs") or {},
        outputs=entry.get("outputs") or {},
    )


def _dependencies(entry: dict[str, Any]) -> Iterator[str]:
    yield from entry.get("dependencies") or ()
    for urns in (entry.get("propertyDependencies") or {}).values():
        yield from urns or ()
