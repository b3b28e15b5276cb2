"""Two hundred planes preview in one go."""

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import planned
from tests.harness.settings import local_settings


def test_two_hundred_planes_preview(make_stack: MakeStack) -> None:
    names = [f"plane-{number:03}" for number in range(200)]
    found = planned(make_stack(local_settings(names), "eng-scale"))
    assert {name for kind, name in found if kind == "planewatch:components:DataPlane"} == set(names)
    # Per plane: component, two networks, two volumes of files with their carriers, collector and API.
    assert sum(name.startswith("plane-") for _, name in found) == 200 * 9
