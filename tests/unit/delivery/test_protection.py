"""What is protected is told with type and name, and with the way to delete it on purpose."""

import json
from pathlib import Path

import pytest

from delivery import protection
from delivery.errors import CommandError
from delivery.recorded import EMPTY_STATE
from delivery.workspace import Workspace


def state(*protects: bool) -> str:
    entries = [
        {"type": "aws:eks/cluster:Cluster", "urn": f"urn:pulumi:prod::planewatch::x::r{number}", "protect": protect}
        for number, protect in enumerate(protects)
    ]
    return json.dumps({"deployment": {"resources": entries}})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path, stack="prod", stacks=tmp_path / "stacks", state=tmp_path / ".state")


def test_what_is_protected_is_named_with_the_way_out(workspace: Workspace) -> None:
    with pytest.raises(CommandError) as caught:
        protection.refuse(state(False, True, True), workspace)
    said = str(caught.value)
    assert "nothing was deleted:\n    aws:eks/cluster:Cluster r1\n    aws:eks/cluster:Cluster r2" in said
    assert f"`protection: deletable` under planewatch:aws in {workspace.stack_file}" in said
    assert "`make up STACK=prod` and `make down STACK=prod`" in said


@pytest.mark.parametrize("recorded", [state(False), state(), EMPTY_STATE])
def test_a_stack_without_protection_may_go(recorded: str, workspace: Workspace) -> None:
    protection.refuse(recorded, workspace)
