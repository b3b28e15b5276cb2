"""A stack that an earlier release deployed goes over to today's program: its networks and data stay."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import Key, planned
from tests.harness.pulumi import ROOT

STATES = sorted((ROOT / "tests" / "golden" / "states").glob("*.json"))
# What a stack may do without while it is updated: on Docker a container whose image or files differ is made anew.
_RENEWABLE = {"docker:index/container:Container", "docker:index/remoteImage:RemoteImage"}


def is_kept(key: Key) -> bool:
    """Tell whether this must be neither replaced nor removed: networks and data, but no volume of files."""
    kind, name = key
    return kind not in _RENEWABLE and (not kind.endswith(":Volume") or name.endswith("-data"))


@pytest.mark.parametrize("file", STATES, ids=lambda file: file.stem)
def test_todays_program_takes_it_over(file: Path, make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing of the recorded stack is on this machine; a preview asks no engine, and no port is looked at.
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    settings = yaml.safe_load(file.with_suffix(".yaml").read_text())
    state = json.loads(file.read_text())
    name = state["deployment"]["resources"][0]["urn"].split(":")[2]
    stack = make_stack(settings, name)
    copy = stack.folder / "state.json"
    shutil.copy(file, copy)
    stack.pulumi("stack", "import", "--file", str(copy)).succeeded()
    # A preview's JSON leaves out what stays the same.
    found = planned(stack)
    recorded = {(entry["type"], entry["urn"].rpartition("::")[2]) for entry in state["deployment"]["resources"]}
    kept = {key for key in recorded if is_kept(key)}
    assert len(kept) > 5
    touched = {key: step.operation for key, step in found.items() if key in kept and step.operation != "same"}
    assert set(touched.values()) <= {"update"}, touched
    gone = {key for key, step in found.items() if key in recorded and step.operation == "delete"}
    assert not gone, "a renamed resource carries an alias"


def test_a_state_is_recorded() -> None:
    assert STATES
