"""`python -m apps.traffic`: read the options, send the load, print the summary."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from .endpoints import EVERYDAY
from .loads import LoadError, Pattern, check_total, make_load
from .scenarios import SCENARIOS, Part, ScenarioName
from .summary import make_table
from .targets import Target, TargetError, make_target, parse_target

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def traffic(
    *,
    url: Annotated[str | None, typer.Option(help="Base address of one API.")] = None,
    plane: Annotated[str, typer.Option(help="Name of the plane behind --url.")] = "plane",
    target: Annotated[list[str] | None, typer.Option(help="name=url; repeat for each plane.")] = None,
    pattern: Annotated[Pattern | None, typer.Option(help="Shape of the load (default: steady).")] = None,
    rate: Annotated[
        float | None,
        typer.Option(help="Requests per second per target (default: 10); initial rate for other patterns."),
    ] = None,
    peak: Annotated[
        float | None, typer.Option(help="Highest rate of a spike or ramp (default: 20 times the rate).")
    ] = None,
    duration: Annotated[
        float | None, typer.Option(help="Duration in seconds (default: 60; 300 for a scenario).")
    ] = None,
    scenario: Annotated[
        ScenarioName | None, typer.Option(help="A scenario, which sets pattern, rate and peak.")
    ] = None,
    allow_remote: Annotated[bool, typer.Option("--allow-remote", help="Allow targets on other machines.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")] = False,
) -> None:
    """Put data planes under load for a while and say how they did.

    Exit code 0 when load was sent (failed requests are figures, not errors), 1 when a target cannot be reached,
    2 for wrong arguments.
    """
    notes = Console(stderr=True)
    try:
        targets = _targets(url, plane, target or [], allow_remote=allow_remote)
        parts = _parts(targets, pattern=pattern, rate=rate, peak=peak, duration=duration, scenario=scenario)
    except (LoadError, TargetError) as error:
        notes.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None

    from . import engine  # noqa: PLC0415 - patches the whole process for gevent, so only now, when it is needed

    away = engine.unreachable(targets)
    for missing, reason in away.items():
        line = f"error: {missing.name} does not answer at {missing.url}: {reason}"
        notes.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    if away:
        raise typer.Exit(1)
    longest = max(part.load.seconds for part in parts.values())
    notes.print(f"Sending to {', '.join(t.name for t in targets)} for {longest:g} s; Ctrl-C ends it.", markup=False)
    summary = engine.send_load(parts)
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        Console().print(make_table(summary))
    for silent in summary.unanswered:
        notes.print(f"error: {silent.target} answered no request at {silent.url}", style="red", markup=False)
    if summary.unanswered:
        raise typer.Exit(1)


def _targets(url: str | None, plane: str, named: list[str], *, allow_remote: bool) -> list[Target]:
    targets = [make_target(plane, url, allow_remote=allow_remote)] if url else []
    targets += [parse_target(text, allow_remote=allow_remote) for text in named]
    if not targets:
        raise TargetError("no target: give --url, or --target name=url for each plane")
    names = [target.name for target in targets]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise TargetError(f"target name given twice: {', '.join(doubles)}")
    return targets


def _parts(
    targets: list[Target],
    *,
    pattern: Pattern | None,
    rate: float | None,
    peak: float | None,
    duration: float | None,
    scenario: ScenarioName | None,
) -> dict[Target, Part]:
    if scenario is None:
        load = make_load(
            pattern or Pattern.STEADY,
            10.0 if rate is None else rate,
            60.0 if duration is None else duration,
            peak,
            len(targets),
        )
        parts = dict.fromkeys(targets, Part(load=load, weights=EVERYDAY))
    elif pattern is not None or rate is not None or peak is not None:
        raise LoadError("a scenario sets pattern, rate and peak itself: leave them out, or the scenario")
    else:
        parts = SCENARIOS[scenario].assign(targets)
        if duration is not None:
            parts = {t: replace(part, load=part.load.lasting(duration)) for t, part in parts.items()}
    check_total([part.load for part in parts.values()])
    return parts
