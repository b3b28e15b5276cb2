"""Compare an object of a stack with what its cluster has of it.

Both sides are as the API server writes them, so that nothing but a change differs: the answer to the last update, and
the answer to a question now. What the program does not set is others': autoscalers', injectors', `kubectl rollout
restart`'s. Rules about who may do what are exceptions: there whatever was added is a difference too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from delivery.recorded import Resource, is_special

Object = Mapping[str, Any]
# What grants access: compared as a whole, also where the program sets nothing.
_GRANTS = {"NetworkPolicy": ("spec",), "Role": ("rules",), "RoleBinding": ("roleRef", "subjects")}
# Of these some differences are removed by a replacement only, so the program has the old one deleted first.
REPLACED = frozenset({*_GRANTS, "Deployment"})
# An autoscaler leaves its workload alone at this number.
_PAUSED = 0
_SHORT = 80
# Below these are programs' configuration and variables, which may be long or confidential.
_UNTOLD = ("data", "binaryData", "stringData", "env")


def differences(resource: Resource, kind: str, live: Object) -> Iterator[tuple[str, bool]]:
    """Yield how a live object differs from what is recorded of it, and if only replacing it helps."""
    if live["metadata"].get("deletionTimestamp"):
        yield "is being deleted", False
        return
    found = list(_changed((), resource.inputs, resource.outputs, live))
    yield from ((text, False) for text in found)
    if kind == "Secret" and not found and _version(resource.outputs) != _version(live):
        # Its data is encrypted in the state, so only Pulumi can compare it.
        yield "was written by somebody else", False
    if (
        kind == "Deployment"
        and "replicas" not in resource.inputs.get("spec", {})
        and live["spec"].get("replicas") == _PAUSED
    ):
        # Nothing is lost with it, since it has no pods; the new one is scaled again.
        yield "is scaled to 0, where no autoscaler brings it back", True
    if not found:
        for part in _GRANTS.get(kind, ()):
            if resource.outputs.get(part) != live.get(part):
                yield f"{part} grants what is not recorded", True


def goes_by_itself(resource: Resource, kind: str) -> bool:
    """Return whether the cluster removes the object when its work is done, so that its absence is no difference."""
    return kind == "Job" and "ttlSecondsAfterFinished" in resource.inputs.get("spec", {})


def _version(object_: Object) -> object:
    return object_["metadata"].get("resourceVersion")


def _changed(path: tuple[str, ...], wanted: object, recorded: object, live: object) -> Iterator[str]:
    """Yield what was changed of what the program ``wanted``; a secret is compared by nobody here."""
    if is_special(wanted) or is_special(recorded):
        return
    if isinstance(wanted, dict) and isinstance(recorded, dict):
        below = live if isinstance(live, dict) else {}
        for key in (key for key in wanted if key in recorded):
            yield from _changed((*path, key), wanted[key], recorded[key], below.get(key))
    elif isinstance(wanted, list) and isinstance(recorded, list):
        yield from _changed_list(path, wanted, recorded, live if isinstance(live, list) else [])
    elif recorded != live:
        yield _told(path, recorded, live)


def _changed_list(
    path: tuple[str, ...], wanted: Sequence[object], recorded: Sequence[object], live: Sequence[object]
) -> Iterator[str]:
    was, now = _by_name(recorded), _by_name(live)
    for index, entry in enumerate(wanted):
        # As Pulumi's plugin pairs them when it reads an object.
        key: object = name if (name := _name(entry)) in was else index
        before, after = (was, now) if key in was else (_by_place(recorded), _by_place(live))
        if key not in before:
            continue
        if key not in after:
            yield f"{_spelled((*path, f'[{key}]'))} is gone"
        else:
            yield from _changed((*path, f"[{key}]"), entry, before[key], after[key])


def _by_place(entries: Sequence[object]) -> dict[object, object]:
    return dict(enumerate(entries))


def _by_name(entries: Sequence[object]) -> dict[object, object]:
    """Return the entries by their names; empty unless every entry has one of its own."""
    found: dict[object, object] = {name: entry for entry in entries if (name := _name(entry)) is not None}
    return found if len(found) == len(entries) else {}


def _name(entry: object) -> object:
    return entry.get("name") if isinstance(entry, dict) else None


def _told(path: tuple[str, ...], recorded: object, live: object) -> str:
    where = _spelled(path)
    if live is None:
        return f"{where} is gone"
    short = all(isinstance(value, int | float | str) and len(str(value)) < _SHORT for value in (recorded, live))
    if not short or any(step in _UNTOLD for step in path):
        return f"{where} was changed"
    return f"{where} is {live}, not {recorded}"


def _spelled(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".[", "[")
