"""Prepare a shell for plain Pulumi, and run programs in its environment."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import toolchain
from delivery import prepared, recorded
from delivery.errors import CommandError
from delivery.options import STACK_VARIABLE
from delivery.workspace import Workspace

# What the variables were before, so that a second `eval` does not take the first one's for the user's.
_BEFORE = "_PLANEWATCH_BEFORE"
_UNDO = "planewatch_deactivate"
_COPY = "PULUMI_OPTION_CONFIG_FILE"
_NO_CLI = "run `planewatch setup`, which obtains the Pulumi CLI"


def script(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> str:
    """Return shell text for `eval`: variables, a `pulumi` first on PATH, and the function that takes both back."""
    found = _unprepared(environ)
    variables = workspace.variables(found) | {STACK_VARIABLE: workspace.stack}
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
    """Find the stack that a Pulumi command line names (``-s X``, ``-sX``, ``--stack X``, ``--stack=org/project/X``)."""
    named = _option(arguments, "-s", "--stack")
    return (default if named is None else named).rpartition("/")[2]


def _option(arguments: Sequence[str], short: str, long: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument in (short, long) and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{long}="):
            return argument.partition("=")[2]
        if argument.startswith(short) and argument != short:
            return argument.removeprefix(short).removeprefix("=")
    return None


def run_pulumi(workspace: Workspace, arguments: Sequence[str]) -> None:
    """Replace this process with the Pulumi CLI, on the stack that it will work on, where the current project is ours.

    That is the one that the arguments name, else the one that Pulumi has selected, else ``workspace``'s. Only one that
    is named is created when it is missing. Raises `CommandError` when there is no CLI, or no file of a named stack.
    """
    environment = {**os.environ, **workspace.variables()}
    if _is_ours(workspace.root, arguments):
        if _makes_a_stack(arguments):
            _make_a_stack(workspace, arguments, environment)
        if named := stack_of(arguments, ""):
            workspace = replace(workspace, stack=named)
            workspace.prepare()
            if {"preview", "up"} & set(arguments):
                from delivery.engine import Engine  # noqa: PLC0415  what shows or changes nothing does without

                Engine(workspace=workspace).select()
            environment[_COPY] = str(workspace.working_file)
        else:
            environment |= _on_selected(workspace, arguments, environment)
    _become(["pulumi", *arguments], environment, remedy=_NO_CLI)


def _on_selected(workspace: Workspace, arguments: Sequence[str], environment: dict[str, str]) -> dict[str, str]:
    """Return the variables for a command that names no stack; none where there is no stack that it could work on."""
    variables: dict[str, str] = {}
    if selected := _selected(environment, _folder(arguments)):
        workspace = replace(workspace, stack=selected.rpartition("/")[2])
    elif {"PULUMI_STACK", "PULUMI_OPTION_STACK"} & set(environment):
        return {}
    else:
        state = recorded.checkpoint(environment.get("PULUMI_BACKEND_URL", ""), workspace.stack)
        if state is not None and not state.is_file():
            return {}
        variables["PULUMI_STACK"] = workspace.stack
    if workspace.stack_file.exists():
        workspace.prepare()
        variables[_COPY] = str(workspace.working_file)
    return variables


def _folder(arguments: Sequence[str]) -> str:
    return _option(arguments, "-C", "--cwd") or "."


def _selected(environment: Mapping[str, str], folder: str) -> str | None:
    """Return the full name of the stack that Pulumi has selected in a folder; None where it has none.

    What it remembers depends on the backend and on its variables, so that it is asked.
    """
    command = ["pulumi", "-C", folder, "stack", "--show-name", "--fully-qualify-stack-names", "--non-interactive"]
    try:
        done = subprocess.run(
            command, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise CommandError("pulumi is not on PATH", remedy=_NO_CLI) from error
    return done.stdout.strip() or None if done.returncode == 0 else None


def _is_ours(root: Path, arguments: Sequence[str]) -> bool:
    """Return whether the project that the CLI would find is the checkout's."""
    folder = Path(_folder(arguments)).resolve()
    projects = (place for place in (folder, *folder.parents) if any(place.glob("Pulumi.y*ml")))
    return next(projects, None) == root


def _makes_a_stack(arguments: Sequence[str]) -> bool:
    said = set(arguments)
    if "stack" not in said or said & {"help", "--help", "-h"}:
        return False
    return bool(said & {"init", "new"} or ("select" in said and said & {"--create", "-c"}))


def _make_a_stack(workspace: Workspace, arguments: Sequence[str], environment: dict[str, str]) -> NoReturn:
    """Make a stack in the folder of the copies, then select it here; ends this process.

    Pulumi ignores the option then, and writes the salt into the file of the project that it runs in.
    """
    workspace.establish()
    there = str(workspace.project)
    try:
        # The last -C counts.
        made = subprocess.run(["pulumi", *arguments, "-C", there], env=environment, check=False)
    except FileNotFoundError as error:
        raise CommandError("pulumi is not on PATH", remedy=_NO_CLI) from error
    if made.returncode or "--no-select" in arguments or not (selected := _selected(environment, there)):
        raise SystemExit(made.returncode)
    _become(["pulumi", "-C", _folder(arguments), "stack", "select", selected], environment, remedy=_NO_CLI)


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
