"""What pods wait for that have a node, and no files yet: a Secret that nobody has made, one that may not be read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

SELECTOR = "reason=FailedMount"
# A pod of which the kubelet makes the volumes says so at each container.
_STARTING = ("ContainerCreating", "PodInitializing")
_PREFIX = re.compile(r'^MountVolume\.SetUp failed for volume "[^"]*" : ')
# The kubelet's second way to say it, which does not say what is missing.
_TIMED_OUT = "Unable to attach or mount volumes"
_LONGEST = 300
Item = Mapping[str, Any]


def is_awaited(item: Item) -> bool:
    """Return whether an object is a pod whose containers are not made yet."""
    status = item.get("status", {})
    containers = (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ()))
    return item["kind"] == "Pod" and any(
        container.get("state", {}).get("waiting", {}).get("reason") in _STARTING for container in containers
    )


def missing(events: Iterable[Item]) -> dict[str, str]:
    """Return what the newest event of each pod says is missing, by the pod's uid."""
    said = [event for event in events if not event["message"].startswith(_TIMED_OUT)]
    said.sort(key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or "")
    return {event["involvedObject"].get("uid", ""): _told(event["message"]) for event in said}


def _told(message: str) -> str:
    text = " ".join(_PREFIX.sub("", message).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
