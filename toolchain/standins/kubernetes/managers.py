"""Field managers: who owns which field, and taking over what an earlier form of this tool owned."""

from toolchain.standins.kubernetes.state import FIELD_MANAGER_PREFIX
from toolchain.standins.servicer.values import Props, Value, child, objects, text

# Prefixes of managers of operation Update whose fields an apply takes over, as the official plugin does: its own
# creations, and what `kubectl apply` on the client or the time before server-side apply left.
_PULUMI = (FIELD_MANAGER_PREFIX, "pulumi-resource-kubernetes")
_TAKEN_OVER = (*_PULUMI, "kubectl-client-side-apply", "before-first-apply")


def is_ours(manager: str) -> bool:
    """Whether an apply takes over this manager's fields."""
    return manager.startswith(_TAKEN_OVER)


def made_by_pulumi(live: Props) -> bool:
    """Whether a program of Pulumi's made or changed the object, under any stack."""
    return any(text(entry, "manager").startswith(_PULUMI) for entry in _entries(live))


def applied_here(live: Props, manager: str) -> bool:
    """Whether this tool has made or changed the object: not so for one that was just imported."""
    names = [text(entry, "manager") for entry in _entries(live)]
    return any(name == manager or name.startswith(FIELD_MANAGER_PREFIX) for name in names)


def take_over(live: Props, manager: str) -> list[Value] | None:
    """Return the JSON patch that makes the taken-over managers' fields the apply manager's; None if there are none."""
    taken = [entry for entry in _entries(live) if _takes(entry)]
    if not taken:
        return None
    kept = [entry for entry in _entries(live) if not _takes(entry)]
    own = next((e for e in kept if text(e, "manager") == manager and text(e, "operation") == "Apply"), None)
    if own is None:
        own = {**taken[0], "manager": manager, "operation": "Apply"}
        kept.append(own)
    fields = dict(child(own, "fieldsV1"))
    for entry in taken:
        fields = _union(fields, child(entry, "fieldsV1"))
    kept[kept.index(own)] = {**own, "fieldsV1": fields}
    version = text(child(live, "metadata"), "resourceVersion")
    managed: list[Value] = list(kept)
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": managed},
        # Somebody's change in between makes the patch fail instead of getting lost.
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def _takes(entry: Props) -> bool:
    return text(entry, "operation") == "Update" and not text(entry, "subresource") and is_ours(text(entry, "manager"))


def _entries(live: Props) -> list[Props]:
    return objects(child(live, "metadata"), "managedFields")


def _union(one: Props, other: Props) -> Props:
    made = dict(one)
    for key, value in other.items():
        mine = made.get(key)
        made[key] = _union(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return made


def owned_by_others_only(live: Props, path: tuple[str | int, ...], manager: str) -> bool:
    """Whether others own the field at this path (no lists in it) and this tool does not."""
    ours = theirs = False
    for entry in _entries(live):
        if _has(child(entry, "fieldsV1"), path):
            mine = text(entry, "manager") == manager or _takes(entry)
            ours, theirs = ours or mine, theirs or not mine
    return theirs and not ours


def _has(fields: Props, path: tuple[str | int, ...]) -> bool:
    for step in path:
        found = fields.get(f"f:{step}")
        if not isinstance(found, dict):
            return False
        fields = found
    return True
