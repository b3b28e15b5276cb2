"""Bad input ends with one clear error before anything is created, and no tracked file is written."""

import copy
import socket
import subprocess
from typing import Any

import pytest

from delivery import deploy
from delivery.errors import CommandError
from tests.engine.stacks.conftest import MakeStack
from tests.harness.containers import engine_of
from tests.harness.pulumi import ROOT, PulumiStack, Run
from tests.harness.settings import Settings, local_settings

# (what is changed in good settings, what the error must say)
BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "several faults": (
        {
            "relaese": "1",
            "controlPlane": {"retention": "0d"},
            "dataPlanes": {"control": {"apiPort": 70000, "otlpHttpPort": "x"}},
        },
        [
            "planewatch:relaese is not a known setting; did you mean release?",
            (
                "planewatch:controlPlane.retention must be a duration: an integer > 0 and h, d, w or y,"
                ' e.g. 15d (got "0d")'
            ),
            'dataPlanes.control: this name must not be "control", the name of the control plane',
            "planewatch:dataPlanes.control.apiPort must be ≤ 65535 (got 70000)",
            'planewatch:dataPlanes.control.otlpHttpPort must be an integer (got "x")',
        ],
    ),
    "no planes": ({"dataPlanes": {}}, ["planewatch:dataPlanes must have at least one entry (got {})"]),
    "planes that are no mapping": (
        {"dataPlanes": "prod"},
        ['planewatch:dataPlanes must be a mapping (`key: value` lines) (got "prod")'],
    ),
    "mistyped key that the engine judges": ({"alerts": "loud"}, ["alerts", "object"]),
    "one port twice": (
        {"controlPlane": {"consolePort": 20000, "prometheusPort": 20000}},
        ["port 20000 is used by controlPlane.consolePort and controlPlane.prometheusPort"],
    ),
}


def refused(stack: PulumiStack, run: Run, *says: str) -> None:
    """Assert a clear end: the words, no traceback, nothing on the engine, the deployer's file untouched."""
    run.failed()
    for words in says:
        assert words in run.text
    assert "Traceback" not in run.text
    assert "panic" not in run.text
    with engine_of(stack.name) as engine:
        assert engine.leftovers() == []


@pytest.mark.docker
@pytest.mark.parametrize(("changes", "says"), BAD.values(), ids=BAD)
def test_a_faulty_stack_file_is_refused(changes: Settings, says: list[str], deployable: MakeStack) -> None:
    stack = deployable({**local_settings(["prod"]), **copy.deepcopy(changes)})
    before = stack.workspace.stack_file.read_bytes()
    refused(stack, stack.up(), *says)
    assert stack.workspace.stack_file.read_bytes() == before


@pytest.mark.docker
def test_missing_planes_are_reported_with_the_other_faults(deployable: MakeStack) -> None:
    # The engine would tell them alone, before the program runs, if Pulumi.yaml declared the key.
    stack = deployable({"release": "!"})
    says = ["planewatch:dataPlanes is required; add it", "planewatch:release must be a version: "]
    refused(stack, stack.up(), *says)


@pytest.mark.docker
def test_a_port_that_another_program_holds_is_reported_before_anything_is_made(deployable: MakeStack) -> None:
    settings = local_settings(["prod"])
    stack = deployable(settings)
    port = settings["dataPlanes"]["prod"]["apiPort"]
    with socket.create_server(("127.0.0.1", port)):
        run = stack.up()
    setting = "planewatch:dataPlanes.prod.apiPort"
    refused(stack, run, f"{setting} is {port}, which another program holds", f"set {setting} to another port")


@pytest.mark.docker
def test_cpu_limits_that_a_container_cannot_have_are_refused_together(deployable: MakeStack) -> None:
    settings = local_settings(["prod", "qa"])
    settings["dataPlanes"]["prod"]["workloads"] = {"api": {"cpus": 0.05}}
    settings["dataPlanes"]["qa"]["workloads"] = {"api": {"cpus": 10}, "worker": {"cpus": 0.001}}
    stack = deployable(settings)
    planes = f"stacks/Pulumi.{stack.name}.yaml: planewatch:dataPlanes"
    refused(
        stack,
        stack.up(),
        f"{planes}.prod.workloads.api.cpus must be a number that the official Docker plugin reads back unchanged,"
        " such as 0.1 or 0.051 (got 0.05, which it reads as 0.1)",
        f"{planes}.qa.workloads.worker.cpus must be ≥ 0.01",
    )


@pytest.mark.docker
@pytest.mark.parametrize("host", ["tcp://127.0.0.1:1", "unix:///nowhere/docker.sock"])
def test_an_engine_out_of_reach_is_reported_once(
    host: str, deployable: MakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deployable(local_settings(["prod"]))
    with monkeypatch.context() as patch:
        patch.setenv("DOCKER_HOST", host)
        run = stack.up()
    refused(stack, run, f"no Docker engine answers at {host}")
    diagnostics = run.text.partition("Diagnostics:")[2]
    assert diagnostics.count("no Docker engine answers") == 1


def test_a_wrong_passphrase_is_reported(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))
    stack.workspace.passphrase.write_text("another")
    run = stack.preview().failed()
    assert "incorrect passphrase" in run.text
    assert len(run.text.strip().splitlines()) == 1


def test_outputs_of_a_stack_that_was_never_deployed_say_what_to_do(
    make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = make_stack(local_settings(["prod"]))
    with pytest.raises(CommandError, match=f"planewatch up -s {stack.name}"):
        deploy.outputs(stack.workspace)
    stack.pulumi("stack", "rm", "--yes").succeeded()
    with pytest.raises(CommandError, match=f"planewatch up -s {stack.name}"):
        deploy.outputs(stack.workspace)


def test_an_unknown_stack_says_which_there_are() -> None:
    program = ROOT / ".venv" / "bin" / "planewatch"
    command = [str(program), "outputs", "--stack", "nowhere"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no stack 'nowhere'" in done.stderr
    assert "local" in done.stderr.partition("use one of:")[2]
    assert "Traceback" not in done.stderr


def test_a_secret_set_by_a_deployer_stays_out_of_the_tracked_file(make_stack: MakeStack) -> None:
    stack = make_stack(local_settings(["prod"]))
    before = stack.workspace.stack_file.read_bytes()
    stack.set_secret("alertWebhookUrl", "http://192.0.2.1/hunter2")
    run = stack.preview().succeeded()
    assert "hunter2" not in run.text
    assert stack.workspace.stack_file.read_bytes() == before
    assert "hunter2" not in stack.workspace.working_file.read_text()
