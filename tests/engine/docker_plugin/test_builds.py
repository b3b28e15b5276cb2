"""A build leaves its image, its stages by name, and nothing else, whether it succeeds or fails."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from delivery import cluster
from delivery.errors import CommandError
from tests.engine.docker_plugin.harness import IMAGE, Project

_DOCKERFILE = """\
ARG BASE
FROM ${{BASE}} AS builder
RUN /bin/busybox sh -c "echo {mark} {change} > /made"
FROM ${{BASE}}
COPY --from=builder /made /made
RUN /bin/busybox sh -c "cat /made; {last} {mark}"
"""


@pytest.fixture
def mark(client: docker.DockerClient) -> Iterator[str]:
    """A word in every step, by which what is left of them is found; images that bear it go at the end."""
    word = f"pwbuild-{uuid.uuid4().hex[:8]}"
    yield word
    for image in client.api.images(filters={"reference": f"{word}/*"}, quiet=True):
        client.api.remove_image(image, force=True)


def write(folder: Path, mark: str, *, change: str = "", last: str = "true") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(_DOCKERFILE.format(mark=mark, change=change, last=last))
    return folder


def _history(client: docker.DockerClient, image: str) -> str:
    return json.dumps(client.images.get(image).history())


def left(client: docker.DockerClient, mark: str) -> tuple[list[str], list[str], set[str]]:
    """Return the containers and nameless images in which the mark stands, and the names that begin with it."""
    containers = [each["Id"] for each in client.api.containers(all=True) if mark in each["Command"]]
    dangling = client.api.images(filters={"dangling": True}, quiet=True)
    nameless = [image for image in dangling if mark in _history(client, image)]
    names = {tag for image in client.images.list(filters={"reference": f"{mark}/*"}) for tag in image.tags}
    return containers, nameless, names


def test_images_for_a_cluster_are_built_without_leftovers(
    client: docker.DockerClient, mark: str, tmp_path: Path
) -> None:
    for number, change in enumerate(("one", "two"), 1):
        cluster.build(client.api, write(tmp_path, mark, change=change), f"{mark}/app:{number}", base=IMAGE)
    assert left(client, mark) == ([], [], {f"{mark}/app:1", f"{mark}/app:2", f"{mark}/app:stage-1"})


def test_the_next_build_finds_the_steps_of_a_stage(client: docker.DockerClient, mark: str, tmp_path: Path) -> None:
    cluster.build(client.api, write(tmp_path, mark), f"{mark}/app:1", base=IMAGE)
    stage = client.images.get(f"{mark}/app:stage-1").id
    cluster.build(client.api, write(tmp_path, mark, last="echo"), f"{mark}/app:2", base=IMAGE)
    assert client.images.get(f"{mark}/app:stage-1").id == stage
    assert left(client, mark)[:2] == ([], [])


def test_a_build_that_fails_is_told_and_leaves_nothing(client: docker.DockerClient, mark: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"cannot build image {mark}/app:1") as caught:
        cluster.build(client.api, write(tmp_path, mark, last="exit 3 #"), f"{mark}/app:1", base=IMAGE)
    assert "exit 3" in str(caught.value)
    assert left(client, mark) == ([], [], set())


def test_images_of_a_stack_are_built_without_leftovers(
    project: Project, client: docker.DockerClient, mark: str, tmp_path: Path
) -> None:
    body = """
        docker.RemoteImage("app", name="{name}", keep_locally=True,
            build={{"context": "{context}", "build_args": {{"BASE": IMAGE}}}})
    """
    for change in ("one", "two"):
        project.up(body.format(name=f"{mark}/app:{change}", context=write(tmp_path / "context", mark, change=change)))
    containers, nameless, names = left(client, mark)
    assert (containers, nameless) == ([], [])
    assert names >= {f"{mark}/app:two", f"{mark}/app:stage-1"}
    project.up(
        body.format(name=f"{mark}/app:three", context=write(tmp_path / "context", mark, last="exit 3 #")), fails=True
    )
    assert left(client, mark)[:2] == ([], [])
