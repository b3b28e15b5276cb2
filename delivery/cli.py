"""The command line: one function per command, each a few lines around what does the work."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import toolchain
from delivery import deploy, shell
from delivery.errors import CommandError
from delivery.workspace import Workspace
from toolchain.obtain.errors import ToolchainError
from toolchain.obtain.wanted import PREVIEW, TEST, UP

ROOT = Path(__file__).resolve().parents[1]
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
errors = Console(stderr=True, highlight=False)
Stack = Annotated[str, typer.Option("--stack", "-s", envvar=shell.STACK_VARIABLE, help="stack to work on")]
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


class Purpose(StrEnum):
    """What set-up is wanted for."""

    PREVIEW = "preview"
    UP = "up"
    TEST = "test"


_WANTED = {Purpose.PREVIEW: PREVIEW, Purpose.UP: UP, Purpose.TEST: TEST}


@app.command()
def setup(purpose: Annotated[Purpose, typer.Option("--for", help="what the parts are for")] = Purpose.UP) -> None:
    """Obtain what a command needs: Pulumi, its plugins, a Docker engine, images, test programs."""
    toolchain.ensure(_WANTED[purpose], root=ROOT)


@app.command()
def up(stack: Stack = "local") -> None:
    """Deploy the stack, wait until it is healthy, and say where everything is."""
    raise typer.Exit(deploy.up(Workspace.of(ROOT, stack)))


@app.command()
def preview(stack: Stack = "local") -> None:
    """Show what `up` would do, held against the policies; changes nothing."""
    raise typer.Exit(deploy.preview(Workspace.of(ROOT, stack)))


class Data(StrEnum):
    """What becomes of data volumes."""

    KEEP = "keep"
    DELETE = "delete"


@app.command()
def down(
    stack: Stack = "local", data: Annotated[Data, typer.Option(help="what becomes of stored metrics")] = Data.KEEP
) -> None:
    """Destroy the stack; data volumes stay unless told otherwise."""
    raise typer.Exit(deploy.down(Workspace.of(ROOT, stack), delete_data=data is Data.DELETE))


@app.command()
def outputs(stack: Stack = "local") -> None:
    """Print the stack's outputs as one JSON object."""
    sys.stdout.write(deploy.outputs(Workspace.of(ROOT, stack)))


@app.command()
def cost(
    stack: Stack = "local",
    assume: Annotated[list[str] | None, typer.Option(help="name=value; docs/aws-cost.md lists the names")] = None,
    *,
    series_per_plane: Annotated[int | None, typer.Option(min=0, help="active series of a data plane")] = None,
    queries_per_hour: Annotated[int | None, typer.Option(min=0, help="queries of a person at the console")] = None,
    console_users: Annotated[int | None, typer.Option(min=0, help="people who look at the console")] = None,
    gb_out: Annotated[int | None, typer.Option(min=0, help="GB a month that leave AWS")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Estimate what a stack on AWS costs a month, and what would make it cheaper; asks nobody."""
    from delivery.cost import command  # noqa: PLC0415  0.3 s that other commands do not need

    own = {
        "series_per_plane": series_per_plane,
        "queries_per_hour": queries_per_hour,
        "console_users": console_users,
        "gb_out": gb_out,
    }
    said = [*(assume or []), *(f"{name}={value}" for name, value in own.items() if value is not None)]
    command.cost(Workspace.of(ROOT, stack), assume=said, as_json=as_json, console=Console())


@app.command()
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False) -> None:
    """Say what is there of everything that planewatch needs, from where, in which version; changes nothing."""
    report = toolchain.doctor(ROOT)
    if as_json:
        sys.stdout.write(report.as_json() + "\n")
    else:
        report.show(Console())
    raise typer.Exit(report.exit_code)


@app.command()
def env(stack: Stack = "local") -> None:
    """Print what prepares a shell for plain Pulumi: eval "$(.venv/bin/planewatch env)"."""
    sys.stdout.write(shell.script(ROOT, stack))


@app.command(context_settings=_PASS_ON)
def pulumi(context: typer.Context) -> None:
    """Run the Pulumi CLI with an up-to-date working copy of the stack's file."""
    shell.run_pulumi(ROOT, os.environ.get(shell.STACK_VARIABLE, "local"), context.args)


@app.command("exec", context_settings=_PASS_ON)
def execute(context: typer.Context) -> None:
    """Run a command with the toolchain's programs on PATH."""
    if not context.args:
        raise CommandError("exec has no command", remedy="name one: planewatch exec promtool --version")
    shell.run_command(ROOT, context.args)


@app.command()
def traffic(
    stack: Stack = "local",
    plane: Annotated[str, typer.Option(help="plane to send to, or `all`")] = "all",
    pattern: Annotated[str, typer.Option(help="steady, spike, ramp, or a scenario")] = "steady",
    rate: Annotated[float, typer.Option(help="requests per second")] = 10.0,
    duration: Annotated[float, typer.Option(help="seconds")] = 60.0,
) -> None:
    """Send bounded load to the stack's planes and print a summary."""
    workspace = Workspace.of(ROOT, stack)
    raise typer.Exit(deploy.traffic(workspace, plane=plane, pattern=pattern, rate=rate, duration=duration))


class ClusterAction(StrEnum):
    """What to do with the cluster."""

    UP = "up"
    DOWN = "down"
    STATUS = "status"


@app.command()
def cluster(action: Annotated[ClusterAction, typer.Argument()] = ClusterAction.UP) -> None:
    """Make a Kubernetes cluster for development on this machine, or take it away."""
    from delivery import cluster as clusters  # noqa: PLC0415  0.3 s that other commands do not need

    match action:
        case ClusterAction.UP:
            raise typer.Exit(clusters.up(ROOT))
        case ClusterAction.DOWN:
            raise typer.Exit(clusters.down())
        case ClusterAction.STATUS:
            found = clusters.status()
            print(f"{found.context} ({found.origin})" if found else "there is none: make cluster")


def main() -> None:
    """Run the command line; faults are said in one place, without tracebacks."""
    try:
        app()
    except (CommandError, ToolchainError) as error:
        errors.print(f"[red]error:[/] {error}", markup=True, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
