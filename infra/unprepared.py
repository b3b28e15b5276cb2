"""Say what to run where plain Pulumi has no up-to-date copy of the stack's file. Needs none of our packages."""

import os
from collections.abc import Container, Mapping
from pathlib import Path

# Set by every command of ours, and by the `pulumi` that `planewatch env` puts first on PATH.
_COPY = "PULUMI_OPTION_CONFIG_FILE"
_KEY = "planewatch:dataPlanes"
_PREPARE = (
    'run `eval "$(.venv/bin/planewatch env)"` and the same command again (`make bootstrap` makes the .venv), or'
    " `make preview STACK={stack}` and `make up STACK={stack}`"
)


def fault(root: Path, stack: str, configured: Container[str], environ: Mapping[str, str] = os.environ) -> str | None:
    """Return what is wrong with the settings that Pulumi read for a stack, and what to run; None when nothing is.

    ``configured`` are the keys that it read.
    """
    if environ.get(_COPY):
        return None
    file, copy = Path("stacks", f"Pulumi.{stack}.yaml"), root / ".state" / "project" / f"Pulumi.{stack}.yaml"
    if not (root / file).is_file():
        return None
    if _KEY not in configured:
        return f"Pulumi has read no settings of stack {stack}: it reads copies of the files in stacks/; " + _how(stack)
    if copy.is_file() and copy.stat().st_mtime < (root / file).stat().st_mtime:
        return f"{file} was changed after the copy of it that Pulumi reads, {copy}; " + _how(stack)
    return None


def missing(package: str | None, stack: str) -> str:
    """Return what to run where a ``package`` that the program needs is not installed in Pulumi's Python."""
    return f"the Python that Pulumi runs has no package {package}; " + _how(stack)


def _how(stack: str) -> str:
    return _PREPARE.format(stack=stack)
