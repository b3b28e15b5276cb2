"""Open the forwards in the output `access` from this machine, and send load through them."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from delivery import deploy, forwards
from delivery.errors import CommandError
from delivery.forwards import Forward
from delivery.outputs import Outputs
from delivery.workspace import Workspace

_NOTES = Console(stderr=True, highlight=False)
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HTTP = "-http"


def access(workspace: Workspace) -> int:
    """Open every forward of a stack on the ports of its file, until interrupted. Returns an exit code.

    Raises `CommandError` where a port is taken or a forward does not open.
    """
    listed = _listed(_outputs(workspace))
    if not listed:
        _note(f"Stack {workspace.stack} needs no forwards: `{workspace.command('outputs')}` prints its addresses.")
        return 0
    if busy := forwards.taken(listed):
        ports = ", ".join(f"{forward.port} (for {forward.name})" for forward in busy)
        raise CommandError(
            f"something on this machine listens on {ports}",
            remedy=f"stop it, or give the stack other ports in {workspace.stack_file}",
        )
    with _interruption() as interrupted, forwards.opened(listed, workspace.kubectl_environment(), _note) as urls:
        table = Table("what", "where", title=f"stack {workspace.stack}", title_justify="left")
        for name, url in urls.items():
            table.add_row(name, url)
        Console().print(table)
        _NOTES.print("Open until you press Ctrl-C.")
        interrupted.wait()
    return 0


def traffic(workspace: Workspace, *, plane: str, options: Sequence[str]) -> int:
    """Send load to one plane or to `all`, through its own forwards for planes that answer only inside a cluster.

    ``options`` are those of `python -m apps.traffic`. Returns its exit code.
    """
    if find_spec("locust") is None:
        raise CommandError("the packages that send load are not installed", remedy="make bootstrap-traffic")
    found = _outputs(workspace)
    if plane != "all" and plane not in found.data_planes:
        raise CommandError(
            f"stack {workspace.stack} has no plane {plane!r}", remedy=f"its planes are: {', '.join(found.data_planes)}"
        )
    planes = list(found.data_planes) if plane == "all" else [plane]
    inside = [way for way in _listed(found) if way.name in {f"{name}{_HTTP}" for name in planes}]
    # Of any free port: `planewatch access` may hold those of the stack file.
    ways = [way.anywhere() for way in inside]
    with forwards.opened(ways, workspace.kubectl_environment(), _note) as urls:
        targets = [f"{name}={urls.get(f'{name}{_HTTP}', found.data_planes[name].api_url)}" for name in planes]
        words = [word for target in targets for word in ("--target", target)]
        return _finish([sys.executable, "-m", "apps.traffic", *words, *options], workspace.root)


def _finish(command: Sequence[str], folder: Path) -> int:
    with subprocess.Popen(command, cwd=folder) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # The terminal interrupts it too; it sums up what it has sent and ends.
                continue


def _outputs(workspace: Workspace) -> Outputs:
    return Outputs.model_validate_json(deploy.outputs(workspace))


def _listed(outputs: Outputs) -> list[Forward]:
    return [Forward.of(name, text) for name, text in outputs.access.items()]


def _note(text: str) -> None:
    _NOTES.print(text, soft_wrap=True, markup=False)


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """Provide an event that SIGINT, SIGHUP and SIGTERM set instead of ending the process."""
    interrupted = threading.Event()
    before = {number: signal.signal(number, lambda *_: interrupted.set()) for number in _ENDINGS}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
