"""Wrong inputs and settings are refused by their check, with the property and the fix."""

from collections.abc import Iterator

import pytest

from tests.harness.provider import Asked, asked, refusal
from toolchain.standins.docker.server import DockerProvider
from toolchain.standins.servicer.values import Props


@pytest.fixture(scope="module")
def plugin() -> Iterator[Asked]:
    with asked(DockerProvider()) as made:
        yield made


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"comand": ["x"]}, "comand: unknown input; did you mean command?"),
        ({"ports": [{"internall": 80}]}, "ports[0].internall: unknown input; did you mean internal?"),
        ({"restart": "sometimes"}, "restart: must match"),
        ({"memory": "much"}, "memory: must be an integer"),
        ({"memory": -1}, "memory: must be ≥ 0 (got -1)"),
        ({"ports": "80"}, "ports: must be a list"),
        ({"mounts": [{"target": "/x"}]}, "mounts[0].type: missing; it is required"),
    ],
)
def test_a_wrong_input_is_refused_by_name(plugin: Asked, given: Props, message: str) -> None:
    reasons = plugin.check("docker:index/container:Container", {"image": "i", **given})
    assert any(message in reason for reason in reasons), reasons


def test_an_unknown_type_is_refused(plugin: Asked) -> None:
    with refusal("the stand-in docker plugin does not support docker:index/serviceConfig:ServiceConfig"):
        plugin.check("docker:index/serviceConfig:ServiceConfig", {"data": "eA=="})


def test_an_unknown_setting_is_refused_with_those_there_are(plugin: Asked) -> None:
    reasons = plugin.check_settings({"context": "elsewhere"})
    assert reasons == ["unknown setting context; known are host, certPath"]
