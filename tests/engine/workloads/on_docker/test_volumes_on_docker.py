"""Data of a workload on a real engine: it outlives its containers, and the stack where data is kept."""

from collections.abc import Iterator
from dataclasses import replace

import docker
import httpx
import pytest

from tests.engine.workloads.harness import ZONE, OnDocker
from tests.harness.executing import execute

DATA = 'DataVolume(name="data", path="/srv/data", size="1Gi")'


def said(project: OnDocker) -> list[str]:
    return httpx.get(f"http://127.0.0.1:{project.published}/", trust_env=False, timeout=10).text.split()


def volumes(project: OnDocker, client: docker.DockerClient) -> list[str]:
    """Return the names of the data volumes that the engine has of the platform."""
    found = client.volumes.list(filters={"label": f"planewatch.stack={project.platform}"})
    return sorted(str(each.name) for each in found if str(each.name).endswith("-data"))


@pytest.fixture
def keeping(on_docker: OnDocker, client: docker.DockerClient) -> Iterator[OnDocker]:
    """The project with data that is kept; what is kept goes at the end."""
    made = replace(on_docker, keep_data=True)
    yield made
    made.abandon()
    for name in volumes(made, client):
        client.volumes.get(name).remove()


def test_a_service_that_is_replaced_finds_its_data(on_docker: OnDocker, client: docker.DockerClient) -> None:
    on_docker.up(f'run(diary("one", {DATA}))')
    assert said(on_docker) == ["one"]
    assert volumes(on_docker, client) == [f"planewatch-{on_docker.platform}-{ZONE}-diary.data-data"]
    on_docker.unchanged()
    before = client.containers.get(f"planewatch-{on_docker.platform}-{ZONE}-diary").id
    on_docker.up(f'run(diary("two", {DATA}))')
    assert client.containers.get(f"planewatch-{on_docker.platform}-{ZONE}-diary").id != before
    assert said(on_docker) == ["one", "two"]
    # Without the volume there is no data left.
    on_docker.up('run(diary("three"))')
    assert said(on_docker) == ["three"]
    assert volumes(on_docker, client) == []


def test_data_that_is_kept_outlives_its_workload_and_the_stack(keeping: OnDocker, client: docker.DockerClient) -> None:
    keeping.up(f'run(diary("one", {DATA}))')
    keeping.up("")
    there = volumes(keeping, client)
    assert there == [f"planewatch-{keeping.platform}-{ZONE}-diary.data-data"]
    keeping.up(f'run(diary("two", {DATA}))')
    assert said(keeping) == ["one", "two"]
    keeping.destroy()
    assert volumes(keeping, client) == there
    keeping.up(f'run(diary("three", {DATA}))')
    assert said(keeping) == ["one", "two", "three"]


def test_a_volume_starts_empty_and_writable_whatever_the_image_has_there(
    on_docker: OnDocker, client: docker.DockerClient
) -> None:
    # Of root: the one lets nobody else in, the other has files.
    closed, filled = (f'DataVolume(name="{name}", path="{path}")' for name, path in (("a", "/root"), ("b", "/etc/ssl")))
    on_docker.up(f'run(diary("one", {closed}, {filled}))')
    assert said(on_docker) == ["one"]
    name = f"planewatch-{on_docker.platform}-{ZONE}-diary"
    assert execute(client.api, name, "/bin/busybox", "ls", "-A", "/etc/ssl") == (0, "")
    assert execute(client.api, name, "/bin/busybox", "touch", "/etc/ssl/x") == (0, "")
