"""Prepare a shell for plain Pulumi, and run programs in its environment."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import toolchain
from delivery.errors import CommandError
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
    """Replace this process with the Pulumi CLI on a stack; raises `CommandError` when there is no CLI."""
    workspace.prepare()
    environment = {**os.environ, **workspace.variables(), "PULUMI_OPTION_CONFIG_FILE": str(workspace.working_file)}
    _become(["pulumi", *arguments], environment, remedy="run `planewatch setup`, which obtains the Pulumi CLI")


def run_command(root: Path, command: list[str]) -> None:
    """Replace this process with ``command``, with the toolchain's programs on PATH."""
    environment = {**os.environ, **toolchain.environment(root)}
    _become(
        command,
        environment,
        remedy="check its name, or run `planewatch setup --for test`, which obtains the programs of tests",
    )


def _become(command: list[str], environment: dict[str, str], *, remedy: str) -> NoReturn:
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606  no shell is wanted between
    except FileNotFoundError as error:
        raise CommandError(f"{command[0]} is not on PATH", remedy=remedy) from error
