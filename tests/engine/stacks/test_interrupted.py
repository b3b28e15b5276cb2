"""An interrupted `up`, and a killed one, are completed by the next."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from delivery import fingerprint, updating
from delivery.engine import Engine
from delivery.recorded import resources
from delivery.unrecorded import Unrecorded
from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import planned
from tests.harness.containers import StackOnEngine, engine_of
from tests.harness.pulumi import PulumiStack
from tests.harness.settings import local_settings
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.docker
_TIMEOUT_S = 120


def stop_midway(stack: PulumiStack, engine: StackOnEngine, kind: signal.Signals) -> str:
    """Start an update, signal the CLI once there is more on the engine than before, and return what it said."""
    before = len(engine.leftovers())
    environment = {**os.environ, **stack.workspace.variables({})}
    environment["PULUMI_OPTION_CONFIG_FILE"] = str(stack.workspace.working_file)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.name]
    with subprocess.Popen(
        command, cwd=stack.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        wait_until(
            lambda: len(engine.leftovers()),
            lambda count: count > before + 3 or process.poll() is not None,
            within_s=_TIMEOUT_S,
            what="something made",
        )
        process.send_signal(kind)
        output: str = process.communicate(timeout=_TIMEOUT_S)[0]
    assert process.returncode != 0, output
    return output


def locks(stack: PulumiStack) -> list[Path]:
    return list((stack.workspace.state / "backend" / ".pulumi" / "locks").rglob("*.json"))


def pending(stack: PulumiStack) -> list[str]:
    deployment = json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text)["deployment"]
    return [entry["resource"]["urn"] for entry in deployment.get("pending_operations") or ()]


def test_an_interrupted_and_then_a_killed_up_are_completed(
    deployable: MakeStack, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = deployable(local_settings(["solo"]))
    with engine_of(stack.name) as engine:
        said = stop_midway(stack, engine, signal.SIGINT)
        assert "Traceback" not in said
        assert locks(stack) == [], "an interrupted command gives its lock back"

        stop_midway(stack, engine, signal.SIGKILL)
        assert len(locks(stack)) == 1
        assert "currently locked" in stack.up().failed().text

        command = Engine(workspace=stack.workspace)
        assert updating.deploy(command) == 0, capfd.readouterr().out
        notes = capfd.readouterr().err
        assert "note: removed the lock of process" in notes
        assert "Traceback" not in notes
        assert pending(stack) == []
        engine.wait_healthy()
        assert {step.operation for step in planned(stack).values()} == {"same"}
        assert command.destroy(run_program=False) == 0


_DEPLOY = """
import sys
from pathlib import Path
from delivery import updating
from delivery.engine import Engine
from delivery.workspace import Workspace
root, stack, stacks, state = sys.argv[1:]
workspace = Workspace(root=Path(root), stack=stack, stacks=Path(stacks), state=Path(state))
sys.exit(updating.deploy(Engine(workspace=workspace)))
"""


def the_cli_below(pid: int) -> int | None:
    """Return the process of the `pulumi up` that another one has started."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            arguments = status.with_name("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if parent == pid and arguments[:2] == [b"pulumi", b"up"]:
            return int(status.parent.name)
    return None


def test_what_a_killed_update_had_not_recorded_is_removed(
    deployable: MakeStack, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = deployable(local_settings(["solo"]))
    mark = Unrecorded.of(stack.workspace)
    with engine_of(stack.name) as engine:
        folders = [str(path) for path in (stack.root, stack.name, stack.workspace.stacks, stack.workspace.state)]
        with subprocess.Popen([sys.executable, "-c", _DEPLOY, *folders], cwd=stack.root) as process:
            wait_until(
                lambda: the_cli_below(process.pid) if len(engine.leftovers()) > 6 else None,
                lambda pid: pid is not None or process.poll() is not None,
                within_s=_TIMEOUT_S,
                what="an update that has made something",
            )
            pid = the_cli_below(process.pid)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert process.wait(_TIMEOUT_S) != 0
        assert mark.began() is not None
        assert fingerprint.recall(stack.workspace) is None

        capfd.readouterr()
        command = Engine(workspace=stack.workspace)
        assert updating.deploy(command) == 0, capfd.readouterr().out
        notes = capfd.readouterr().err
        assert ", which a killed command had created" in notes
        assert mark.began() is None
        engine.wait_healthy()
        recorded = {resource.id for resource in resources(command.state())}
        assert {found["Id"] for found in engine.client.api.containers(all=True, filters=engine.filters)} <= recorded
        assert command.destroy(run_program=False) == 0
