"""What a test finds prepared, or else the command that prepares it."""

from collections.abc import Iterable

import docker
import pytest
from docker.errors import DockerException, ImageNotFound

_PREPARE = "run `.venv/bin/planewatch setup --for test` first"


def engine_with(images: Iterable[str], *, timeout_s: int = 60) -> docker.DockerClient:
    """Connect to the Docker engine; the test fails with the command to run where none is or lacks an image."""
    try:
        client = docker.from_env(timeout=timeout_s)
    except DockerException as error:
        pytest.fail(f"no Docker engine answers ({error}): {_PREPARE}", pytrace=False)
    missing = [image for image in images if not _has(client, image)]
    if missing:
        client.close()
        pytest.fail(f"the Docker engine lacks {', '.join(missing)}: {_PREPARE}", pytrace=False)
    return client


def _has(client: docker.DockerClient, image: str) -> bool:
    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True
