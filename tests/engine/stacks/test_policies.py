"""The policy pack in a preview of the real program."""

import pytest

from tests.engine.stacks.conftest import MakeStack
from tests.harness.settings import local_settings

ANYWHERE = {"bindAddress": "0.0.0.0"}  # noqa: S104  previewed, never listened on
LATEST = {"prometheus": {"reference": "prom/prometheus:latest"}}


@pytest.mark.parametrize("level", ["mandatory", "advisory"])
def test_an_image_that_is_not_pinned_violates_and_a_chosen_address_does_not(level: str, make_stack: MakeStack) -> None:
    stack = make_stack({**local_settings(["prod"]), "docker": ANYWHERE, "images": LATEST, "policies": level})
    run = stack.preview()
    assert (run.code == 0) == (level == "advisory"), run.text
    assert f"[{level}]" in run.text
    assert "prom/prometheus:latest" in run.text
    assert "image-is-pinned" in run.text
    assert "publishes-on-chosen-address" not in run.text
