"""Commands for this machine rather than a stack: prerequisites, a cluster, plain Pulumi."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from delivery.errors import CommandError
from delivery.options import DEFAULT_STACK, ROOT, STACK_VARIABLE, Stack, Stacks, State, example, workspace_of

app = typer.Typer(rich_markup_mode="rich")
_MACHINE, _PULUMI = "Prepare this machine", "Use plain Pulumi"
# What follows the command is somebody else's command line.
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


class Purpose(StrEnum):
    """What to prepare for."""

    PREVIEW = "preview"
    UP = "up"
    TEST = "test"


@app.command(rich_help_panel=_MACHINE, epilog=example("planewatch setup --for test"))
def setup(
    purpose: Annotated[Purpose, typer.Option("--for", help="The command to prepare for.")] = Purpose.UP,
) -> None:
    """Obtain what a command needs; commands also do this themselves.

    That is Pulumi with its plugins, a Docker engine, images, and with `--for test` the programs that only tests need.
    """
    import toolchain  # noqa: PLC0415  `--help` has to answer at once; so below
    from toolchain.obtain.wanted import PREVIEW, TEST, UP  # noqa: PLC0415

    toolchain.ensure({Purpose.PREVIEW: PREVIEW, Purpose.UP: UP, Purpose.TEST: TEST}[purpose], root=ROOT)


@app.command(rich_help_panel=_MACHINE, epilog=example("planewatch doctor"))
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check every prerequisite: availability, origin and version."""
    from rich.console import Console  # noqa: PLC0415

    import toolchain  # noqa: PLC0415

    report = toolchain.doctor(ROOT)
    if as_json:
        sys.stdout.write(report.as_json() + "\n")
    else:
        report.show(Console())
    raise typer.Exit(report.exit_code)


class ClusterAction(StrEnum):
    """What to do with the cluster."""

    UP = "up"
    DOWN = "down"
    STATUS = "status"


@app.command(rich_help_panel=_MACHINE, epilog=example("planewatch cluster up", "planewatch up -s dev"))
def cluster(action: Annotated[ClusterAction, typer.Argument()] = ClusterAction.UP) -> None:
    """Start, stop or show a local Kubernetes cluster for development."""
    from delivery import cluster as clusters  # noqa: PLC0415

    match action:
        case ClusterAction.UP:
            raise typer.Exit(clusters.up(ROOT))
        case ClusterAction.DOWN:
            raise typer.Exit(clusters.down())
        case ClusterAction.STATUS:
            found = clusters.status()
            typer.echo(f"{found.context} ({found.origin})" if found else "No cluster: run `make cluster`.")


@app.command(rich_help_panel=_PULUMI, epilog=example('eval "$(.venv/bin/planewatch env)"', "pulumi stack"))
def env(stack: Stack = DEFAULT_STACK, stacks: Stacks = None, state: State = None) -> None:
    """Print shell code for `eval` that prepares plain `pulumi`."""
    from delivery import shell  # noqa: PLC0415

    workspace = workspace_of(stack, stacks, state)
    workspace.establish()
    sys.stdout.write(shell.script(workspace))


@app.command(
    rich_help_panel=_PULUMI,
    context_settings={**_PASS_ON, "help_option_names": []},
    epilog=example("planewatch pulumi stack history -s dev"),
)
def pulumi(context: typer.Context, stacks: Stacks = None, state: State = None) -> None:
    """Run the Pulumi CLI on an up-to-date copy of the stack's file."""
    from delivery import shell  # noqa: PLC0415

    prepared = os.environ.get(STACK_VARIABLE) or DEFAULT_STACK
    shell.run_pulumi(workspace_of(prepared, stacks, state), context.args)


@app.command(
    "exec", rich_help_panel=_PULUMI, context_settings=_PASS_ON, epilog=example("planewatch exec promtool --version")
)
def execute(context: typer.Context) -> None:
    """Run a command with the programs that planewatch obtained on PATH."""
    from delivery import shell  # noqa: PLC0415

    if not context.args:
        raise CommandError(
            "`planewatch exec` needs a command", remedy="for example: planewatch exec promtool --version"
        )
    shell.run_command(ROOT, context.args)
