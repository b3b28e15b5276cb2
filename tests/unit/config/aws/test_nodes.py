"""Machines of a node group."""

from typing import Any

import pytest

from config.aws.nodes import NodeGroup
from config.instances import is_graviton
from tests.unit.config.aws.documents import fault

CASES: list[tuple[Any, str]] = [
    ({"nodeGroup": {"instanceTypes": []}}, ".nodeGroup.instanceTypes must have at least one entry (got [])"),
    ({"nodeGroup": {"minimum": 0}}, ".nodeGroup.minimum must be ≥ 1 (got 0)"),
    ({"nodeGroup": {"diskGib": 19}}, ".nodeGroup.diskGib must be ≥ 20 (got 19)"),
    ({"nodeGroup": {"minimum": 4, "maximum": 3}}, ".nodeGroup: maximum must be ≥ minimum, which is 4 (got 3)"),
    (
        {"nodeGroup": {"instanceTypes": ["m7g.large", "m7i.large"]}},
        (
            ".nodeGroup: instanceTypes must be all Graviton or all x86, since a node group has one image"
            " (got m7g.large, m7i.large)"
        ),
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(value: Any, says: str) -> None:
    assert says in fault("cluster", value)


@pytest.mark.parametrize(
    ("instance_type", "graviton"),
    [("m7g.large", True), ("c8gn.xlarge", True), ("t4g.medium", True), ("m7i.large", False), ("g5.xlarge", False)],
)
def test_processors_are_known_by_the_name_of_the_type(instance_type: str, graviton: bool) -> None:
    assert is_graviton(instance_type) is graviton
    assert NodeGroup(instanceTypes=[instance_type]).graviton is graviton
