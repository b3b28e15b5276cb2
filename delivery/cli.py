"""The command line: one short function per command.

Each command imports its implementation when it runs: `--help` and completion have to answer at once.
"""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

import toolchain
from apps.traffic.loads import Pattern
from apps.traffic.scenarios import ScenarioName
from delivery import machine, prepared
from delivery.errors import CommandError
from delivery.options import DEFAULT_STACK, ROOT, Stack, Stacks, State, example, workspace_of
from toolchain.obtain.errors import ToolchainError

_ABOUT = """\
Deploy and run planewatch: an observability platform as code, with one control plane (metrics, alerts, a console) and \
as many isolated data planes as a stack file lists, on Docker, Kubernetes or AWS EKS.

Begin with [bold]planewatch up[/]: it obtains everything it needs and deploys the stack `local` to Docker on this \
machine. [bold]planewatch COMMAND --help[/] explains a command.
"""
app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich", help=_ABOUT)
_DEPLOY, _USE = "Deploy a stack", "Use a deployed stack"


@app.command(rich_help_panel=_DEPLOY, epilog=example("planewatch up", "planewatch up -s dev"))
def up(
    stack: Stack = DEFAULT_STACK,
    *,
    full: Annotated[bool, typer.Option("--full", help="Preview even when nothing has changed.")] = False,
    stacks: Stacks = None,
    state: State = None,
) -> None:
    """Deploy the stack, wait until it is healthy, print its addresses.

    It looks at what is live first, repairs what was changed by hand, and updates only where something would change.
    """
    from delivery import deploy  # noqa: PLC0415  see above; so below

    raise typer.Exit(deploy.up(workspace_of(stack, stacks, state), full=full))


@app.command(rich_help_panel=_DEPLOY, epilog=example("planewatch preview -s prod"))
def preview(stack: Stack = DEFAULT_STACK, stacks: Stacks = None, state: State = None) -> None:
    """Show what `up` would change, checked against the policies."""
    from delivery import deploy  # noqa: PLC0415

    raise typer.Exit(deploy.preview(workspace_of(stack, stacks, state)))


class Data(StrEnum):
    """What to do with data volumes."""

    KEEP = "keep"
    DELETE = "delete"


@app.command(rich_help_panel=_DEPLOY, epilog=example("planewatch down", "planewatch down --data delete"))
def down(
    stack: Stack = DEFAULT_STACK,
    data: Annotated[Data, typer.Option(help="Whether to keep stored metrics for the next `up`.")] = Data.KEEP,
    stacks: Stacks = None,
    state: State = None,
) -> None:
    """Destroy the stack; keep stored metrics, or delete them too."""
    from delivery import deploy  # noqa: PLC0415

    raise typer.Exit(deploy.down(workspace_of(stack, stacks, state), delete_data=data is Data.DELETE))


@app.command(rich_help_panel=_DEPLOY, epilog=example("planewatch cost -s prod --series-per-plane 5000"))
def cost(
    stack: Stack = DEFAULT_STACK,
    assume: Annotated[list[str] | None, typer.Option(help="name=value; docs/aws-cost.md lists the names.")] = None,
    *,
    series_per_plane: Annotated[int | None, typer.Option(min=0, help="Active series of a data plane.")] = None,
    queries_per_hour: Annotated[int | None, typer.Option(min=0, help="Queries of one person at the console.")] = None,
    console_users: Annotated[int | None, typer.Option(min=0, help="People who use the console.")] = None,
    gb_out: Annotated[int | None, typer.Option(min=0, help="GB per month that leave AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    stacks: Stacks = None,
    state: State = None,
) -> None:
    """Estimate the monthly cost of a stack on AWS; works offline.

    It also lists changes that make the stack cheaper. Prices are AWS's published ones, with date and source.
    """
    from rich.console import Console  # noqa: PLC0415

    from delivery.cost import command  # noqa: PLC0415

    own = {
        "series_per_plane": series_per_plane,
        "queries_per_hour": queries_per_hour,
        "console_users": console_users,
        "gb_out": gb_out,
    }
    said = [*(assume or []), *(f"{name}={value}" for name, value in own.items() if value is not None)]
    command.cost(workspace_of(stack, stacks, state), assume=said, as_json=as_json, console=Console())


@app.command(rich_help_panel=_USE, epilog=example("planewatch outputs | jq -r .console_url"))
def outputs(stack: Stack = DEFAULT_STACK, stacks: Stacks = None, state: State = None) -> None:
    """Print addresses, release and platform as one JSON object."""
    from delivery import deploy  # noqa: PLC0415

    sys.stdout.write(deploy.outputs(workspace_of(stack, stacks, state)))


@app.command(rich_help_panel=_USE, epilog=example("planewatch access -s dev"))
def access(stack: Stack = DEFAULT_STACK, stacks: Stacks = None, state: State = None) -> None:
    """Forward local ports into the stack's cluster until Ctrl-C.

    Each address that answers inside the cluster only gets the local port that the stack file gives it. A forward
    whose pod went is opened again.
    """
    from delivery import access as access_commands  # noqa: PLC0415

    raise typer.Exit(access_commands.access(workspace_of(stack, stacks, state)))


@app.command(
    rich_help_panel=_USE,
    epilog=example("planewatch traffic --plane prod --pattern spike", "planewatch traffic --scenario qa-load-test"),
)
def traffic(
    stack: Stack = DEFAULT_STACK,
    plane: Annotated[str, typer.Option(help="Data plane to send to, or `all`.")] = "all",
    *,
    pattern: Annotated[Pattern | None, typer.Option(help="Shape of the load.", show_default="steady")] = None,
    rate: Annotated[
        float | None, typer.Option(help="Requests per second to each plane (initially).", show_default="10")
    ] = None,
    peak: Annotated[
        float | None, typer.Option(help="Highest rate of a spike or ramp.", show_default="20 times the rate")
    ] = None,
    duration: Annotated[float | None, typer.Option(help="Seconds.", show_default="60; 300 for a scenario")] = None,
    scenario: Annotated[
        ScenarioName | None,
        typer.Option(
            metavar="NAME",
            help=f"Play a scenario, which sets pattern, rate and peak of each plane: {', '.join(ScenarioName)}.",
        ),
    ] = None,
    allow_remote: Annotated[bool, typer.Option("--allow-remote", help="Allow targets on other machines.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    stacks: Stacks = None,
    state: State = None,
) -> None:
    """Send bounded load to the data planes and print a summary.

    For planes that answer only inside a cluster, it opens forwards of its own while it sends.
    """
    from delivery import access as access_commands  # noqa: PLC0415

    given = {"pattern": pattern, "rate": rate, "peak": peak, "duration": duration, "scenario": scenario}
    options = [word for name, value in given.items() if value is not None for word in (f"--{name}", str(value))]
    flags = [*(["--allow-remote"] if allow_remote else []), *(["--json"] if as_json else [])]
    raise typer.Exit(
        access_commands.traffic(workspace_of(stack, stacks, state), plane=plane, options=[*options, *flags])
    )


app.add_typer(machine.app)


def main() -> None:
    """Run the command line; prints faults without tracebacks."""
    # For this process and every program that it starts.
    os.environ["PATH"] = prepared.behind(ROOT, os.environ)
    os.environ.update(toolchain.unproxied())
    try:
        app()
    except (CommandError, ToolchainError) as error:
        from rich.console import Console  # noqa: PLC0415

        errors = Console(stderr=True, highlight=False)
        errors.print("[red]error:[/]", end=" ")
        errors.print(str(error), markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
