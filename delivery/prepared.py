"""The folder that comes first on PATH in a shell that `planewatch env` prepared; its `pulumi` calls this command."""

import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path("delivery", "bin")


def first(root: Path, path: str) -> str:
    """Return ``path`` (as in PATH) with the folder of a checkout in front."""
    return os.pathsep.join([str(root / FOLDER), path])


def behind(root: Path, environ: Mapping[str, str]) -> str:
    """Return PATH without that folder: there the real CLI is found, not this command once more."""
    parts = environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(part for part in parts if part != str(root / FOLDER))
