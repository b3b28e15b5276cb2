"""The product's commands succeed on a deployed stack, and say what is wrong with what they are given.

`up` and `down` are what the fixture deploys and destroys by.
"""

import json
import os
import signal
import subprocess
import time
from typing import Any

import pytest

from tests.deployments.docker import PLANES, DockerDeployment
from tests.harness.pulumi import stack_name


def test_up_ends_with_every_address_and_its_state(platform: DockerDeployment) -> None:
    text = next(run.text for run in platform.stack.runs if " up " in run.command and run.code == 0)
    rows = {cells[0]: cells[1:] for line in text.splitlines() if len(cells := _cells(line)) == 3}
    outputs = platform.outputs
    wanted = {"console": outputs.console_url, "metrics query": outputs.query_url}
    for name, plane in outputs.data_planes.items():
        wanted |= {f"{name} API": plane.api_url, f"{name} OTLP/HTTP": plane.otlp_http_url}
    assert {name: url for name, (url, _) in rows.items()} == wanted
    assert {state for _, state in rows.values()} == {"up", "listening"}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("│")[1:-1]]


def _sent(platform: DockerDeployment, *arguments: str) -> dict[str, dict[str, Any]]:
    """Send load; returns the summary of each plane."""
    run = platform.stack.planewatch("traffic", "--json", *arguments, merge=False).succeeded()
    return {target["target"]: target for target in json.loads(run.text)["targets"]}


# What a story gives each plane: the form of its load, and how many requests a second it wants on average.
_SCENARIOS = {
    "normal-operations": {"prod": ("steady", 20), "dev": ("steady", 2), "qa": ("steady", 5)},
    "production-incident": {"prod": ("spike", 48), "dev": ("steady", 2), "qa": ("steady", 5)},
    "qa-load-test": {"prod": ("steady", 20), "dev": ("steady", 2), "qa": ("ramp", 52.5)},
}


@pytest.mark.parametrize("scenario", _SCENARIOS)
def test_a_scenario_gives_each_plane_its_part(platform: DockerDeployment, scenario: str) -> None:
    sent = _sent(platform, "--scenario", scenario, "--duration", "3")
    found = {name: (part["pattern"], round(part["total"]["wanted_rate"], 2)) for name, part in sent.items()}
    assert found == _SCENARIOS[scenario]
    for part in sent.values():
        assert part["answered"] == part["total"]["requests"] > 0


def test_one_plane_gets_the_load_that_was_asked_for(platform: DockerDeployment) -> None:
    sent = _sent(platform, "--plane", "prod", "--rate", "5", "--duration", "2")
    assert sent.keys() == {"prod"}
    assert (sent["prod"]["pattern"], sent["prod"]["total"]["wanted_rate"]) == ("steady", 5)


def test_an_interruption_sums_up_what_was_sent(platform: DockerDeployment) -> None:
    stack = platform.stack
    command = stack.command("traffic", "--duration", "600", "--json")
    with subprocess.Popen(
        command,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert "Ctrl-C" in process.stderr.readline()
        time.sleep(2)  # let it send something
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        text, _ = process.communicate(timeout=60)
    summary = json.loads(text)
    assert (process.returncode, summary["interrupted"]) == (0, True)
    assert {target["target"] for target in summary["targets"]} == set(PLANES)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--plane", "stage"), 1, f"its planes are: {', '.join(PLANES)}"),
        (("--scenario", "qa-load-test", "--rate", "5"), 2, "a scenario sets pattern, rate and peak itself"),
        (("--rate", "501"), 2, "got 501"),
    ],
)
def test_load_that_cannot_be_sent_is_reported(
    platform: DockerDeployment, arguments: tuple[str, ...], code: int, says: str
) -> None:
    run = platform.stack.planewatch("traffic", *arguments)
    assert (run.code, says in run.text, "Traceback" in run.text) == (code, True, False), run.text


def test_a_stack_whose_addresses_answer_needs_no_forwards(platform: DockerDeployment) -> None:
    run = platform.stack.planewatch("access").succeeded()
    assert f"Stack {platform.stack.name} needs no forwards" in run.text


@pytest.mark.parametrize("command", ["outputs", "traffic", "access"])
def test_a_stack_that_is_not_deployed_is_reported_with_the_command_that_deploys_it(
    platform: DockerDeployment, command: str
) -> None:
    workspace = platform.stack.workspace
    other = stack_name()
    file = workspace.stacks / f"Pulumi.{other}.yaml"
    file.write_text(workspace.stack_file.read_text())
    try:
        run = platform.stack.planewatch(command, "--stack", other).failed()
    finally:
        file.unlink()
    where = f"--stacks {workspace.stacks} --state {workspace.state}"
    assert f"stack {other} is not deployed" in run.text
    assert f"planewatch up -s {other} {where}" in run.text
