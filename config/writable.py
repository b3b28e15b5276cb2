"""Folders of memory for a service whose root file system is read-only."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from config import patterns

# Every workload has it.
TMP = "/tmp"  # noqa: S108  the folder inside the container, held in memory
# What the engine, the kernel and the platform mount there themselves.
_TAKEN = ("/proc", "/sys", "/dev", "/etc/planewatch-secrets", "/.planewatch", "/var/run/secrets", "/run/secrets")


def _free(path: str) -> str:
    parts = PurePosixPath(path).parts
    if {".", ".."}.intersection(path.split("/")):
        raise ValueError("be a path without . and ..")
    for taken in map(PurePosixPath, _TAKEN):
        if taken.parts == parts[: len(taken.parts)] or parts == taken.parts[: len(parts)]:
            raise ValueError(f"be outside {taken}, which is mounted already")
    return path


WritablePath = Annotated[str, StringConstraints(pattern=patterns.FOLDER, max_length=200), AfterValidator(_free)]


def refuse_nested(paths: Iterable[str]) -> None:
    """Raise ValueError for a folder within another, which would be writable with that one."""
    kept = (PurePosixPath(TMP), *map(PurePosixPath, paths))
    for number, path in enumerate(kept):
        for other in (*kept[:number], *kept[number + 1 :]):
            if path == other or other in path.parents:
                raise ValueError(f"writablePaths: {path} is writable by {other} already; leave it out")
