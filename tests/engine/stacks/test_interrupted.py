"""An interrupted `up`, and a killed one, are completed by the next."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from delivery.engine import Engine
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
        assert command.up() == 0, capfd.readouterr().out
        notes = capfd.readouterr().err
        assert "note: removed the lock of process" in notes
        assert "Traceback" not in notes
        assert pending(stack) == []
        engine.wait_healthy()
        assert {step.operation for step in planned(stack).values()} == {"same"}
        assert command.destroy(run_program=False) == 0
