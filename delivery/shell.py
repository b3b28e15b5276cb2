"""Prepare a shell for plain Pulumi, and run programs in its environment."""

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import toolchain
from delivery import prepared
from delivery.errors import CommandError
from delivery.workspace import Workspace

# What the variables were before, so that a second `eval` does not take the first one's for the user's.
_BEFORE = "_PLANEWATCH_BEFORE"
_UNDO = "planewatch_deactivate"


def script(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> str:
    """Return shell text for `eval`: variables, a `pulumi` first on PATH, and the function that takes both back."""
    found = _unprepared(environ)
    variables = workspace.variables(found)
    variables["PATH"] = prepared.first(workspace.root, variables["PATH"])
    before = {name: found.get(name) for name in sorted(variables)}
    lines = [
        *_exports(variables),
        *_exports({_BEFORE: json.dumps(before)}),
        f"{_UNDO}() {{",
        *_exports({name: value for name, value in before.items() if value is not None}),
        f"unset {' '.join([*(name for name, value in before.items() if value is None), _BEFORE])}",
        f"unset -f {_UNDO}",
        "}",
    ]
    return "\n".join([*lines, ""])


def _exports(variables: Mapping[str, str]) -> list[str]:
    return [f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())]


def _unprepared(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as it was before it was prepared."""
    found = dict(environ)
    for name, value in json.loads(found.pop(_BEFORE, "{}")).items():
        found.pop(name, None)
        if value is not None:
            found[name] = value
    return found


def stack_of(arguments: Sequence[str], default: str) -> str:
    """Find the stack that a Pulumi command line names (``-s X``, ``--stack X``, ``--stack=org/project/X``)."""
    named = _option(arguments, "-s", "--stack")
    return (default if named is None else named).rpartition("/")[2]


def _option(arguments: Sequence[str], short: str, long: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument in (short, long) and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{long}="):
            return argument.partition("=")[2]
    return None


def run_pulumi(workspace: Workspace, arguments: Sequence[str]) -> None:
    """Replace this process with the Pulumi CLI, on a stack where the current project is ours.

    Raises `CommandError` when there is no CLI, or no file of the stack that the arguments name.
    """
    environment = {**os.environ, **workspace.variables()}
    command = ["pulumi", *arguments]
    if _is_ours(workspace.root, arguments):
        if _makes_a_stack(arguments):
            # It ignores the option, and writes the salt into the file of the project that it runs in.
            workspace.establish()
            command[1:1] = ["-C", str(workspace.project)]
        elif workspace.stack_file.exists() or stack_of(arguments, ""):
            workspace.prepare()
            if {"preview", "up"} & set(arguments):
                from delivery.engine import Engine  # noqa: PLC0415  what shows or changes nothing does without

                Engine(workspace=workspace).select()
            environment["PULUMI_OPTION_CONFIG_FILE"] = str(workspace.working_file)
    _become(command, environment, remedy="run `planewatch setup`, which obtains the Pulumi CLI")


def _is_ours(root: Path, arguments: Sequence[str]) -> bool:
    """Return whether the project that the CLI would find is the checkout's."""
    folder = (Path.cwd() / (_option(arguments, "-C", "--cwd") or "")).resolve()
    projects = (place for place in (folder, *folder.parents) if any(place.glob("Pulumi.y*ml")))
    return next(projects, None) == root


def _makes_a_stack(arguments: Sequence[str]) -> bool:
    said = set(arguments)
    return "stack" in said and ("init" in said or ("select" in said and bool(said & {"--create", "-c"})))


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
