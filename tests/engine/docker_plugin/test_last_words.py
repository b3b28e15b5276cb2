"""After a failed update the containers that it failed on say how they ended, as the official plugin does not."""

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError
from docker.models.containers import Container
from docker.types import Healthcheck

from delivery import diagnosis
from tests.engine.docker_plugin.harness import IMAGE
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.docker

# The official plugin's words, which hold neither a name nor a reason.
UNHEALTHY = "container failed to be in healthy state"


@pytest.fixture
def stack(client: docker.DockerClient) -> Iterator[str]:
    """The name of a stack that has nothing yet; what bears its label goes at the end."""
    name = f"pwlast-{uuid.uuid4().hex[:6]}"
    yield name
    for container in client.containers.list(all=True, filters={"label": f"planewatch.stack={name}"}):
        container.remove(force=True)


def leave(client: docker.DockerClient, stack: str, role: str, script: str, **more: Any) -> Container:
    """Start a container as the official plugin leaves one that did not come up."""
    labels = {"planewatch.stack": stack, "planewatch.data_plane_id": "prod", "planewatch.role": role}
    return client.containers.run(
        IMAGE, ["sh", "-c", script], name=f"planewatch-{stack}-prod-{role}", labels=labels, detach=True, **more
    )


def log_of(folder: Path, *errors: tuple[str, str]) -> Path:
    """Write the CLI's event log with errors of containers (resource name, message)."""
    log = folder / "events.json"
    urn = "urn:pulumi:s::planewatch::planewatch:components:DataPlane$docker:index/container:Container::"
    events = [
        {"diagnosticEvent": {"severity": "error", "urn": urn + name, "message": message}} for name, message in errors
    ]
    log.write_text("\n".join(map(json.dumps, events)))
    return log


def test_a_container_that_ended_says_its_code_and_its_last_lines(
    client: docker.DockerClient, stack: str, tmp_path: Path
) -> None:
    ended = leave(client, stack, "api", "for i in $(seq 1 40); do echo line $i; done; exit 3")
    leave(client, stack, "other", "echo not asked; exit 4")
    assert ended.wait()["StatusCode"] == 3
    (said,) = diagnosis.of_containers(log_of(tmp_path, ("prod-api", UNHEALTHY)), stack, os.environ)
    assert said.startswith(f"container planewatch-{stack}-prod-api exited with code 3; its last log lines:\nline 21\n")
    assert said.endswith("line 40")


def test_one_that_keeps_exiting_and_one_that_runs_but_is_not_healthy(
    client: docker.DockerClient, stack: str, tmp_path: Path
) -> None:
    leave(client, stack, "api", "echo no licence >&2; exit 7", restart_policy={"Name": "always"})
    check = Healthcheck(test=["CMD-SHELL", "exit 9"], interval=10**9, retries=1)
    sick = leave(client, stack, "collector", "echo listening; sleep 1000", healthcheck=check)
    log = log_of(tmp_path, ("prod-api", UNHEALTHY), ("prod-collector", UNHEALTHY))

    def complete() -> list[str]:
        sick.reload()
        return sorted(diagnosis.of_containers(log, stack, os.environ)) if sick.health == "unhealthy" else []

    api, collector = wait_until(complete, lambda said: len(said) == 2 and "keeps" in said[0], within_s=30, what="both")
    assert "prod-api keeps exiting, last with code 7; its last log lines:\nno licence" in api
    assert "runs and is unhealthy (last health check: exit code 9); its last log lines:\nlistening" in collector


def test_one_that_could_not_be_started_says_why(client: docker.DockerClient, stack: str, tmp_path: Path) -> None:
    with pytest.raises(APIError):
        leave(client, stack, "api", "true", entrypoint=["/nope"])
    (said,) = diagnosis.of_containers(log_of(tmp_path, ("prod-api", "Unable to start container")), stack, os.environ)
    assert "prod-api could not be started: " in said
    assert "/nope" in said
    assert said.endswith("it has logged nothing")


def test_nothing_is_added_where_the_error_tells_it_or_the_container_is_well(
    client: docker.DockerClient, stack: str, tmp_path: Path
) -> None:
    leave(client, stack, "api", "exit 3").wait()
    leave(client, stack, "collector", "sleep 1000")
    told = log_of(tmp_path, ("prod-api", "exited with code 3\nits last log lines:\nx"), ("prod-collector", "odd"))
    assert diagnosis.of_containers(told, stack, os.environ) == []
    assert diagnosis.of_containers(log_of(tmp_path), stack, os.environ) == []


def test_an_engine_that_does_not_answer_adds_nothing(tmp_path: Path) -> None:
    log = log_of(tmp_path, ("prod-api", "cannot connect"))
    assert diagnosis.of_containers(log, "s", {"DOCKER_HOST": "unix:///nowhere.sock"}) == []
