"""The lines that prepare a shell for plain Pulumi."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import toolchain
from delivery.workspace import Workspace


def script(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> str:
    """Return shell text for `eval`: variables, and a `pulumi` that first brings the working copy up to date."""
    variables = workspace.variables(environ)
    exports = "\n".join(f"export {key}={shlex.quote(value)}" for key, value in sorted(variables.items()))
    program = shlex.quote(str(workspace.root / ".venv" / "bin" / "planewatch"))
    return f'{exports}\npulumi() {{ {program} pulumi "$@"; }}\n'


def stack_of(arguments: list[str], default: str) -> str:
    """Find the stack that a Pulumi command line names (``-s X``, ``--stack X``, ``--stack=X``)."""
    for position, argument in enumerate(arguments):
        if argument in ("-s", "--stack") and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--stack="):
            return argument.partition("=")[2]
    return default


def run_pulumi(workspace: Workspace, arguments: list[str]) -> None:
    """Become the Pulumi CLI on a stack; does not return."""
    workspace.prepare()
    environment = {**os.environ, **workspace.variables(), "PULUMI_OPTION_CONFIG_FILE": str(workspace.working_file)}
    os.execvpe("pulumi", ["pulumi", *arguments], environment)  # noqa: S606  no shell is wanted between


def run_command(root: Path, command: list[str]) -> None:
    """Become ``command`` with the toolchain's programs on PATH; does not return."""
    os.execvpe(command[0], command, {**os.environ, **toolchain.environment(root)})  # noqa: S606  no shell is wanted
