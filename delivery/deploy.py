"""What the commands do: set-up, Pulumi, and a summary."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console

import toolchain
from delivery import kept, plugins, protection, recorded, simulated, summary, updating
from delivery.engine import Engine
from delivery.errors import CommandError
from delivery.inside import Inside
from delivery.kept import Kept
from delivery.notes import say
from delivery.outputs import Outputs
from delivery.workspace import Workspace
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout

# Pulumi's own words for a stack that was never made.
_NO_STACK = "no stack named"


def up(workspace: Workspace, *, full: bool = False) -> int:
    """Deploy what has changed, set up everything for it, and show the table.

    Where nothing that decides the result has changed since the last complete `up`, and everything live is as it was
    left, nothing is set up or asked of Pulumi; ``full`` goes the long way. Returns an exit code: not 0 when something
    does not answer.
    """
    simulated.refuse("up")
    workspace.prepare()
    engine = Engine(workspace=workspace)
    if not full and (unchanged := updating.unchanged(engine)):
        say("Nothing has changed since the last complete `up`, and everything runs as it was left.")
        return _show(workspace, Outputs.model_validate_json(unchanged.outputs))
    from toolchain.obtain.wanted import UP  # noqa: PLC0415  0.5 s, which an `up` without changes does without

    with _with_plugins(engine, runs_program=True) as engine:
        toolchain.ensure(UP, root=workspace.root)
        if code := engine.select() or updating.deploy(engine):
            return code
    return _show(workspace, _outputs(engine))


@contextmanager
def _with_plugins(engine: Engine, *, runs_program: bool) -> Iterator[Engine]:
    """Return the engine with our plugins, which start while the caller prepares."""
    environment = engine.environment() | engine.imported_ahead()
    checkout = Checkout(Cache.of(environment), engine.workspace.root)
    with plugins.started(checkout, environment, platform=engine.platform, runs_program=runs_program) as running:
        yield replace(engine, plugins=running)


def _show(workspace: Workspace, found: Outputs) -> int:
    inside = (
        Inside(stack=workspace.stack, outputs=found, environment=workspace.kubectl_environment())
        if found.access or found.kubectl
        else None
    )
    answers = summary.ask(found, inside)
    summary.show(found, answers, Console(highlight=False), access=workspace.command("access"))
    return 0 if answers.well else 1


def preview(workspace: Workspace) -> int:
    """Set up and preview."""
    from toolchain.obtain.wanted import PREVIEW  # noqa: PLC0415  as above

    workspace.prepare()
    toolchain.ensure(PREVIEW, root=workspace.root)
    engine = Engine(workspace=workspace)
    with simulated.account(workspace.root):
        return engine.select() or engine.preview()


def down(workspace: Workspace, *, delete_data: bool) -> int:
    """Destroy, unless the stack protects anything, and say what is kept.

    With ``delete_data`` the program says once more that data goes too. Raises `CommandError` that names what is
    protected.
    """
    from toolchain.obtain.wanted import PREVIEW  # noqa: PLC0415  as above

    simulated.refuse("down")
    workspace.prepare()
    with _with_plugins(Engine(workspace=workspace), runs_program=delete_data) as engine:
        toolchain.ensure(PREVIEW, root=workspace.root)
        if code := engine.select():
            return code
        state = engine.state()
        protection.refuse(state, workspace)
        if delete_data:
            workspace.sync({"data": "delete"})
            code = engine.destroy(run_program=True)
            workspace.sync()
            return code
        left = Kept.of(recorded.resources(state))
        code = engine.destroy(run_program=False, recorded_still=left.recorded_still)
    if code == 0:
        for line in left.lines(workspace):
            say(line)
    return code


def outputs(workspace: Workspace) -> str:
    """Return the outputs of a deployed stack as JSON text."""
    workspace.prepare()
    return _output_text(Engine(workspace=workspace))


def _outputs(engine: Engine) -> Outputs:
    return Outputs.model_validate_json(_output_text(engine))


def _output_text(engine: Engine) -> str:
    stack, state = engine.workspace.stack, engine.state()
    if kept.is_all(recorded.resources(state)):
        raise CommandError(
            f"stack {stack} is not deployed; what an earlier `down` kept is still there",
            remedy=engine.workspace.command("up"),
        )
    if (known := recorded.outputs(state)) and '"console_url"' in known:
        return known
    try:
        text = engine.outputs()
    except FileNotFoundError:
        text = ""
    except subprocess.CalledProcessError as error:
        if _NO_STACK not in error.stderr:
            raise CommandError(
                f"the outputs of stack {stack} cannot be read: {error.stderr.strip()}",
                remedy="docs/troubleshooting.md lists the usual causes",
            ) from error
        text = ""
    if '"console_url"' not in text:
        raise CommandError(f"stack {stack} is not deployed", remedy=engine.workspace.command("up"))
    return text
