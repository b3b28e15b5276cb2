"""Folders of a container, of which none may lie in another."""

from collections.abc import Iterable
from pathlib import PurePosixPath


def overlapping(path: str, others: Iterable[str]) -> str | None:
    """Return the first of ``others`` that is ``path``, holds it, or lies in it."""
    own = PurePosixPath(path)
    for other in others:
        its = PurePosixPath(other)
        if own == its or own in its.parents or its in own.parents:
            return other
    return None
