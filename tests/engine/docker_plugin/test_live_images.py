"""An image that is live is found by every name that the engine understands, not only by those that it lists."""

import os

import docker
import pytest

from delivery.live import docker_engine
from delivery.recorded import Resource
from tests.engine.docker_plugin.harness import IMAGE

pytestmark = pytest.mark.docker


@pytest.mark.parametrize("name", [IMAGE, f"docker.io/library/{IMAGE}", f"library/{IMAGE}"])
def test_an_image_is_found_by_every_name_that_means_it(client: docker.DockerClient, name: str) -> None:
    assert _differences(name, client.images.get(IMAGE).id) == []


def test_an_image_that_is_not_there_is_gone(client: docker.DockerClient) -> None:
    assert _differences(f"docker.io/library/{IMAGE}-none", client.images.get(IMAGE).id) == ["is gone"]


def _differences(name: str, identity: str | None) -> list[str]:
    recorded = Resource(
        urn="urn:pulumi:s::p::docker:index/remoteImage:RemoteImage::image",
        type="docker:index/remoteImage:RemoteImage",
        outputs={"name": name, "imageId": identity},
    )
    return [each.what for each in docker_engine.differences((recorded,), os.environ)]
