"""A stack that an earlier release deployed goes over to today's program: its networks and data stay."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
import yaml

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import type_and_name, urns
from tests.engine.stacks.record_aws_state import STACKS as AWS_STACKS
from tests.engine.stacks.record_aws_state import set_tokens, targets
from tests.engine.stacks.record_state import KUBECONFIG
from tests.engine.stacks.recorded_objects import on_cluster
from tests.engine.stacks.somebodys_network import make_network, replaced
from tests.harness.pulumi import ROOT, stack_name

FOLDER = ROOT / "tests" / "golden" / "states"
STATES = sorted(FOLDER.rglob("*.json"))
# What a stack may do without while it is updated: on Docker a container whose image or files differ is made anew.
_RENEWABLE = {"docker:index/container:Container", "docker:index/remoteImage:RemoteImage"}

# What stands around the name of a stack in its state.
_NAMED = (("urn:pulumi:", "::"), ("planewatch-", ""))


def is_kept(urn: str) -> bool:
    """Tell whether this must be neither replaced nor removed: networks and data, but no volume of files."""
    kind, name = type_and_name(urn)
    return kind not in _RENEWABLE and (kind != "docker:index/volume:Volume" or name.endswith("-data"))


@pytest.mark.parametrize("file", STATES, ids=lambda file: file.relative_to(FOLDER).with_suffix("").as_posix())
def test_todays_program_takes_it_over(
    file: Path, make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    settings = yaml.safe_load(file.with_suffix(".yaml").read_text())
    state = json.loads(file.read_text())
    name = state["deployment"]["resources"][0]["urn"].split(":")[2]
    options: tuple[str, ...] = ()
    there: AbstractContextManager[None] = nullcontext()
    match settings["platform"]:
        case "docker":
            # Nothing of the recorded stack is on this machine; a preview asks no engine, and no port is looked at.
            monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
        case "kubernetes":
            request.getfixturevalue("running_cluster")
            # Its objects are put on the cluster, where somebody may have a stack of the recorded name.
            name, recorded = stack_name("old"), name
            words = {f"{before}{recorded}{after}": f"{before}{name}{after}" for before, after in _NAMED}
            state = replaced(state, words)
            there = on_cluster(state)
        case "eks":
            ids = make_network(request.getfixturevalue("simulated_account"))
            settings, state = replaced(settings, ids), replaced(state, ids)
            options = targets(settings)
    stack = make_stack(settings, name)
    set_tokens(stack, settings)
    copy = stack.folder / "state.json"
    here = {KUBECONFIG: str(stack.workspace.variables({}).get("KUBECONFIG"))}
    copy.write_text(json.dumps(replaced(state, here)))
    stack.pulumi("stack", "import", "--file", str(copy)).succeeded()
    kept = {entry["urn"] for entry in state["deployment"]["resources"] if is_kept(entry["urn"])}
    assert len(kept) > 5
    with there:
        found = urns(stack, *options)
    # A preview's JSON leaves out what stays the same, also under another name.
    lost = {urn: operations for urn, operations in found.items() if urn in kept and operations - {"update"}}
    assert not lost, "what was deployed would be replaced or deleted: a renamed resource needs an alias"


def test_a_state_is_recorded() -> None:
    assert {file.relative_to(FOLDER).as_posix() for file in STATES} >= {
        "v0.1.0.json",
        *(f"before-0.2/{name}.json" for name in ("dev", "local", *AWS_STACKS)),
    }
