"""Versions of a workload side by side on a real engine: one is reached, the other stays as it is."""

import docker
import httpx

from tests.engine.workloads.harness import ZONE, OnDocker
from tests.harness.executing import execute

BOTH = """\
run(web("two", revision="v2", beside=(web("one", revision="v1"),)))
"""


def said(project: OnDocker) -> str:
    return httpx.get(f"http://127.0.0.1:{project.published}/", trust_env=False, timeout=10).text


def containers(project: OnDocker, client: docker.DockerClient) -> dict[str, str]:
    """Return the id of each running container of the zone by its name's end."""
    front = f"planewatch-{project.platform}-{ZONE}-"
    found = client.containers.list(filters={"name": front})
    return {str(each.name).removeprefix(front): str(each.id) for each in found}


def test_another_version_takes_the_traffic_over_and_gives_it_back(
    on_docker: OnDocker, client: docker.DockerClient
) -> None:
    on_docker.up('run(web("one", revision="v1"))')
    assert said(on_docker) == "one"
    before = containers(on_docker, client)
    assert before.keys() == {"web"}

    # A version comes beside it: what has the traffic is not touched.
    on_docker.up('run(web("one", revision="v1", beside=(web("two", revision="v2"),)))')
    assert containers(on_docker, client).keys() == {"web", "web-v2"}
    assert containers(on_docker, client)["web"] == before["web"]
    assert said(on_docker) == "one"

    on_docker.up(BOTH)
    assert said(on_docker) == "two"
    assert containers(on_docker, client).keys() == {"web", "web-v1"}
    on_docker.unchanged()

    on_docker.up('run(web("one", revision="v1"))')
    assert said(on_docker) == "one"
    assert containers(on_docker, client).keys() == {"web"}
    on_docker.destroy()
    assert containers(on_docker, client) == {}


def test_the_versions_share_the_name_of_their_role(on_docker: OnDocker, client: docker.DockerClient) -> None:
    on_docker.up(BOTH)
    front = f"planewatch-{on_docker.platform}-{ZONE}"
    asked = execute(
        client.api, f"{front}-web-v1", "/.planewatch/busybox", "wget", "-q", "-O", "-", f"http://{front}-web:8000/"
    )
    assert asked == (0, "two")
