"""Check that the stack's namespaces are free, or its own."""

from infra.platforms.kubernetes.cluster_api.answers import Object, child, objects, text, text_map
from infra.platforms.kubernetes.cluster_api.errors import FORBIDDEN, RefusedError
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all

# Who owns a namespace.
_OWNER_LABELS = ("app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "planewatch.dev/zone")
# A namespace's conditions that say what holds up its deletion.
_STUCK = (
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
)


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each namespace that belongs to somebody else or is being deleted."""
    return [line for line in ask_all(lambda zone: _problem(checked, zone), checked.zones) if line]


def existing(checked: CheckedStack) -> dict[str, str]:
    """Return the stack's namespaces that exist, by zone; those that the user may not read are left out."""
    found = ask_all(lambda zone: _namespace(checked, zone), checked.zones)
    return {
        zone: checked.naming.namespace(zone)
        for zone, live in zip(checked.zones, found, strict=True)
        if live is not None
    }


def _problem(checked: CheckedStack, zone: str) -> str | None:
    live = _namespace(checked, zone)
    if live is None:
        return None
    name = checked.naming.namespace(zone)
    labels, ours = text_map(child(live, "metadata"), "labels"), checked.naming.zone_labels(zone)
    if any(labels.get(key) != ours[key] for key in _OWNER_LABELS):
        theirs = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
        return (
            f"namespace {name} exists but does not belong to this stack (labels: {theirs or 'none'}); rename the stack "
            f"or the plane {zone}, or ask the namespace's owner to delete it"
        )
    if "deletionTimestamp" in child(live, "metadata"):
        return f"namespace {name} is being deleted{_why(live)}; wait until it is gone"
    return None


def _namespace(checked: CheckedStack, zone: str) -> Object | None:
    try:
        return checked.api.find(f"/api/v1/namespaces/{checked.naming.namespace(zone)}")
    except RefusedError as error:
        # The check of permissions reports it.
        if error.code == FORBIDDEN:
            return None
        raise


def _why(live: Object) -> str:
    conditions = objects(child(live, "status"), "conditions")
    reasons = [
        text(condition, "message")
        for condition in conditions
        if text(condition, "status") == "True" and text(condition, "type") in _STUCK
    ]
    return f" ({'; '.join(' '.join(reason.split()) for reason in reasons)})" if reasons else ""
