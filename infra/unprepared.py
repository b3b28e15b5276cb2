"""Say what to run where plain Pulumi has no up-to-date copy of the stack's file. Needs none of our packages."""

import os
import shlex
from collections.abc import Container, Mapping
from pathlib import Path

# Set by every command of ours, and by the `pulumi` that `planewatch env` puts first on PATH.
_COPY = "PULUMI_OPTION_CONFIG_FILE"
_KEY = "planewatch:dataPlanes"
_PREPARE = (
    'run `eval "$(.venv/bin/planewatch env)"` and the same command with `-s {stack}` (`make bootstrap` makes the'
    " .venv), or `make preview STACK={stack}` and `make up STACK={stack}`"
)


def fault(root: Path, stack: str, configured: Container[str], environ: Mapping[str, str] = os.environ) -> str | None:
    """Return what is wrong with the settings that Pulumi read for a stack, and what to run; None when nothing is.

    ``configured`` are the keys that it read.
    """
    if read := environ.get(_COPY):
        return None if Path(read).name == f"Pulumi.{stack}.yaml" else _other(stack, read)
    file, copy = Path("stacks", f"Pulumi.{stack}.yaml"), root / ".state" / "project" / f"Pulumi.{stack}.yaml"
    if not (root / file).is_file():
        return None
    if _KEY not in configured:
        return f"Pulumi has read no settings of stack {stack}: it reads copies of the files in stacks/; " + _how(stack)
    if copy.is_file() and copy.stat().st_mtime < (root / file).stat().st_mtime:
        # Whether the command has `--config-file` cannot be seen from here; what the variable says can.
        instead = f"{_COPY}={shlex.quote(str(root / file))} pulumi up -s {stack}"
        return (
            f"{file} was changed after the copy of it that Pulumi reads, {copy}; {_how(stack)}; in place of"
            f" --config-file, set the variable: `{instead}`"
        )
    return None


def _other(stack: str, read: str) -> str:
    return (
        f"{_COPY} must name the settings of stack {stack}, a file Pulumi.{stack}.yaml (got {read}); run the same"
        f" command with `-s {stack}` in a prepared shell, which sets it; nothing was changed"
    )


def missing(package: str | None, stack: str) -> str:
    """Return what to run where a ``package`` that the program needs is not installed in Pulumi's Python."""
    return f"the Python that Pulumi runs has no package {package}; " + _how(stack)


def _how(stack: str) -> str:
    return _PREPARE.format(stack=stack)
