"""A test that finds nothing prepared says which command prepares it."""

import pytest

from tests.harness.ports import free_port
from tests.harness.prepared import engine_with


def test_without_an_engine_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(pytest.fail.Exception, match=r"no Docker engine answers .*planewatch setup --for test"):
        engine_with([])


@pytest.mark.docker
def test_an_image_that_is_missing_is_named_with_the_command() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"lacks planewatch-test/nowhere:1: run .*planewatch setup"):
        engine_with(["planewatch-test/nowhere:1"])
