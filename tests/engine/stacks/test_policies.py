"""The policy pack in a preview of the real program."""

import pytest

from tests.engine.stacks.conftest import MakeStack
from tests.harness.settings import Settings, local_settings

ANYWHERE = {"bindAddress": "0.0.0.0"}  # noqa: S104  previewed, never listened on
OPEN = {"unauthenticated": True}
LATEST = {"prometheus": {"reference": "prom/prometheus:latest"}}


@pytest.mark.parametrize("level", ["mandatory", "advisory"])
def test_an_image_that_is_not_pinned_violates_and_a_chosen_address_does_not(level: str, make_stack: MakeStack) -> None:
    stack = make_stack({**_open(), "docker": ANYWHERE, "images": LATEST, "policies": level})
    run = stack.preview()
    assert (run.code == 0) == (level == "advisory"), run.text
    assert f"[{level}]" in run.text
    assert "prom/prometheus:latest" in run.text
    assert "image-is-pinned" in run.text
    assert "publishes-on-chosen-address" not in run.text


def _open() -> Settings:
    settings = local_settings(["prod"])
    settings["controlPlane"]["console"] = OPEN
    return settings


def test_a_console_that_anyone_may_read_is_refused_until_the_stack_says_so(make_stack: MakeStack) -> None:
    settings = {**local_settings(["prod"]), "docker": ANYWHERE}
    stack = make_stack(settings)
    refused = stack.preview().failed()
    assert "docker.bindAddress is 0.0.0.0, so other machines reach the console, which has no login" in refused.text
    assert "Traceback" not in refused.text
    settings["controlPlane"]["console"] = OPEN
    said = stack.preview(settings).succeeded()
    assert "the console at 0.0.0.0 has no login: anyone who reaches it can read everything there" in said.text
    settings["controlPlane"]["console"] = {"authentication": "oauth2-proxy"}
    said = stack.preview(settings).succeeded()
    assert "has no login of its own: oauth2-proxy must authenticate people before it" in said.text
