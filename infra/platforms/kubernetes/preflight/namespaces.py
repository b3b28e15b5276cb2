"""Whether the stack's namespaces are free, or its own."""

from infra.platforms.kubernetes.preflight.question import Question, at_once
from toolchain.standins.kubernetes.client import FORBIDDEN, ApiError
from toolchain.standins.servicer.values import Props, child, objects, text, text_map

# What tells whose a namespace is.
_OWNER_LABELS = ("app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "planewatch.dev/zone")
# A namespace's conditions that say why its deletion does not get on.
_STUCK = (
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
)


def faults(question: Question) -> list[str]:
    """Return a line for each namespace that is somebody else's, or on its way out."""
    return [line for line in at_once(lambda zone: _fault(question, zone), question.zones) if line]


def existing(question: Question) -> dict[str, str]:
    """Return the namespaces of the stack that exist, by zone; without the right to look, none."""
    found = at_once(lambda zone: _namespace(question, zone), question.zones)
    return {
        zone: question.naming.namespace(zone)
        for zone, live in zip(question.zones, found, strict=True)
        if live is not None
    }


def _fault(question: Question, zone: str) -> str | None:
    live = _namespace(question, zone)
    if live is None:
        return None
    name = question.naming.namespace(zone)
    labels, ours = text_map(child(live, "metadata"), "labels"), question.naming.zone_labels(zone)
    if any(labels.get(key) != ours[key] for key in _OWNER_LABELS):
        theirs = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
        return (
            f"namespace {name} exists and is not this stack's: it carries {theirs or 'no labels'}; give the stack or "
            f"the plane {zone} another name, or have its owner remove it"
        )
    if "deletionTimestamp" in child(live, "metadata"):
        return f"namespace {name} is being deleted{_why(live)}; wait until it is gone"
    return None


def _namespace(question: Question, zone: str) -> Props | None:
    try:
        return question.get(f"/api/v1/namespaces/{question.naming.namespace(zone)}")
    except ApiError as error:
        # The missing right is told by itself.
        if error.code == FORBIDDEN:
            return None
        raise


def _why(live: Props) -> str:
    conditions = objects(child(live, "status"), "conditions")
    reasons = [
        text(condition, "message")
        for condition in conditions
        if text(condition, "status") == "True" and text(condition, "type") in _STUCK
    ]
    return f" ({'; '.join(' '.join(reason.split()) for reason in reasons)})" if reasons else ""
