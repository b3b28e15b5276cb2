"""Components of AWS are for other programs too: two of each stand in one stack, and take the options they are given."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import components.aws
from tests.engine.aws_stack.harness import AwsHalf
from tests.engine.aws_stack.names import MARK, SUFFIXES
from tests.harness.aws import simulated_aws
from tests.harness.projects import Machine

OWN = "planewatch:aws:"


@dataclass(frozen=True)
class Pair(AwsHalf):
    """A project whose program declares two of each component."""

    @property
    def header(self) -> str:
        return "from tests.engine.aws_stack.pair import build\n\nbuild()\n"


@pytest.fixture(scope="module")
def pair(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The pair, deployed in an account of its own."""
    with simulated_aws() as account:
        made = Pair(machine, tmp_path_factory.mktemp("pair") / "project", account, "pair").create()
        made.up()
        yield made


@pytest.fixture(scope="module")
def resources(pair: Pair) -> dict[str, dict[str, Any]]:
    """Every recorded resource by URN."""
    return {one["urn"]: one for one in json.loads(pair.state_text())["deployment"]["resources"]}


def test_two_of_each_stand(pair: Pair, resources: dict[str, dict[str, Any]]) -> None:
    sources = Path(components.aws.__path__[0]).glob("*.py")
    declared = {
        line.split('"')[1] for file in sources for line in file.read_text().splitlines() if f'__init__("{OWN}' in line
    }
    assert len(declared) > 8
    assert Counter(one["type"] for one in resources.values() if one["type"].startswith(OWN)) == dict.fromkeys(
        declared, len(SUFFIXES)
    )
    pair.unchanged()


def test_children_are_named_after_their_component(resources: dict[str, dict[str, Any]]) -> None:
    parents = {urn: one.get("parent", "") for urn, one in resources.items() if OWN in one.get("parent", "")}
    assert len(parents) > 100
    strangers = [urn for urn, parent in parents.items() if not _name(urn).startswith(_name(parent))]
    assert strangers == []


def test_every_component_tells_its_outputs(resources: dict[str, dict[str, Any]]) -> None:
    components_made = [one for one in resources.values() if one["type"].startswith(OWN)]
    assert [one["urn"] for one in components_made if not one.get("outputs")] == []


def test_options_reach_the_children(resources: dict[str, dict[str, Any]]) -> None:
    keys = [one for one in resources.values() if one["type"] == "aws:kms/key:Key"]
    assert len(keys) == 2 * 6
    assert [one["urn"] for one in keys if not MARK.items() <= one["outputs"]["tags"].items()] == []
    children = [one for one in resources.values() if OWN in one.get("parent", "") and one["custom"]]
    assert [one["urn"] for one in children if "::aws::" not in one["provider"]] == []


def test_a_pair_leaves_nothing(pair: Pair, resources: dict[str, dict[str, Any]]) -> None:
    assert resources
    pair.destroy()
    assert pair.state() == {}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
