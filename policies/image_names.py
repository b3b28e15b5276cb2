"""What counts as a pinned image name."""

import re

_ID = re.compile(r"(sha256:)?[0-9a-f]{64}")
_DIGEST = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}")

# Tags that registries move by custom; any other tag is taken as a version.
_MOVING = frozenset({"latest", "stable", "edge", "nightly", "main", "master"})


def unpinned(reference: str) -> str | None:
    """Return why an image reference is not pinned, or None when it is an id, has a digest, or a tag that stays."""
    if _ID.fullmatch(reference):
        return None
    name, at, digest = reference.partition("@")
    if at:
        return None if _DIGEST.fullmatch(digest) else f"image '{reference}' has a malformed digest"
    # A colon before the last slash belongs to the registry's port.
    _, colon, tag = name.rpartition("/")[2].partition(":")
    if not colon or not tag:
        return f"image '{reference}' has neither tag nor digest, which means latest"
    return f"image '{reference}' has the moving tag '{tag}'" if tag.lower() in _MOVING else None
