"""What the commands do: set-up, Pulumi, and what a person wants to see afterwards."""

import subprocess
import sys

from rich.console import Console

import toolchain
from delivery import protection, simulated, summary
from delivery.aws.account import Account
from delivery.engine import Engine
from delivery.errors import CommandError
from delivery.outputs import Outputs
from delivery.workspace import Workspace
from toolchain.obtain.wanted import PREVIEW, UP

# Pulumi's own words for a stack that was never made.
_NO_STACK = "no stack named"
_NOTES = Console(stderr=True, highlight=False)


def up(workspace: Workspace) -> int:
    """Set up, deploy, and show the table. Returns an exit code: not 0 when something does not answer."""
    simulated.refuse("up")
    workspace.prepare()
    toolchain.ensure(UP, root=workspace.root)
    engine = Engine(workspace=workspace)
    if code := engine.select() or engine.up():
        return code
    found = _outputs(engine)
    answers = summary.ask(found)
    summary.show(found, answers, Console())
    return 1 if any(answer.fault for answer in answers) else 0


def preview(workspace: Workspace) -> int:
    """Set up and preview."""
    workspace.prepare()
    toolchain.ensure(PREVIEW, root=workspace.root)
    engine = Engine(workspace=workspace)
    with simulated.account(workspace.root):
        return engine.select() or engine.preview()


def down(workspace: Workspace, *, delete_data: bool) -> int:
    """Destroy, unless the stack protects anything; with ``delete_data`` the program says once more that data goes too.

    Raises `CommandError` that names what is protected.
    """
    simulated.refuse("down")
    workspace.prepare()
    toolchain.ensure(PREVIEW, root=workspace.root)
    engine = Engine(workspace=workspace)
    if code := engine.select():
        return code
    protection.refuse(engine.state(), workspace)
    if delete_data:
        code = engine.set_config("planewatch:data", "delete") or engine.destroy(run_program=True)
        workspace.sync()
        return code
    code = engine.destroy(run_program=False)
    if code == 0:
        _NOTES.print(_what_is_kept(workspace))
    return code


def _what_is_kept(workspace: Workspace) -> str:
    if Account.of(workspace.stack, workspace.working_file) is not None:
        return "Nothing is kept on AWS, but for keys and secrets that wait there for the end of their recovery window."
    return (
        f"Stored metrics are kept; the next `make up STACK={workspace.stack}` finds them again, and "
        f"`make down STACK={workspace.stack} DATA=delete` right after it deletes them."
    )


def outputs(workspace: Workspace) -> str:
    """Return the outputs of a deployed stack as JSON text."""
    workspace.prepare()
    return _output_text(Engine(workspace=workspace))


def traffic(workspace: Workspace, *, plane: str, pattern: str, rate: float, duration: float) -> int:
    """Send load to one plane or to all; returns the traffic command's exit code."""
    workspace.prepare()
    found = _outputs(Engine(workspace=workspace))
    planes = found.data_planes if plane == "all" else {plane: found.data_planes.get(plane)}
    targets: list[str] = []
    for name, addresses in planes.items():
        if addresses is None:
            raise CommandError(f"stack {workspace.stack} has no plane {name!r}", remedy=_choose(found))
        targets += ["--target", f"{name}={addresses.api_url}"]
    options = ["--pattern", pattern, "--rate", f"{rate:g}", "--duration", f"{duration:g}"]
    return subprocess.run([sys.executable, "-m", "apps.traffic", *targets, *options], check=False).returncode


def _choose(found: Outputs) -> str:
    return f"take one of: {', '.join(found.data_planes)}"


def _outputs(engine: Engine) -> Outputs:
    return Outputs.model_validate_json(_output_text(engine))


def _output_text(engine: Engine) -> str:
    stack = engine.workspace.stack
    try:
        text = engine.outputs()
    except FileNotFoundError:
        text = ""
    except subprocess.CalledProcessError as error:
        if _NO_STACK not in error.stderr:
            raise CommandError(
                f"the outputs of stack {stack} cannot be read: {error.stderr.strip()}",
                remedy="mend that; docs/troubleshooting.md knows the usual causes",
            ) from error
        text = ""
    if '"console_url"' not in text:
        raise CommandError(f"stack {stack} is not deployed", remedy=f"make up STACK={stack}")
    return text
