"""Jobs before a workload on a real engine: once for each version, to completion, and what fails stops the update."""

import time

import docker
import httpx
from docker.models.containers import Container

from tests.engine.workloads.harness import ZONE, OnDocker

HEADER = """\
from components.job import Job
def job(script, name): return Job(name=name, command=("/bin/busybox", "sh", "-c", script), timeout_s=60)
"""


def program(said: str, *jobs: str) -> str:
    named = "".join(f"job({script!r}, {name!r})," for script, name in zip(jobs, ("migrate", "seed"), strict=False))
    return f"{HEADER}run(web({said!r}, before=({named})))"


def container(client: docker.DockerClient, project: OnDocker, name: str) -> Container:
    return client.containers.get(f"planewatch-{project.platform}-{ZONE}-{name}")


def said(project: OnDocker) -> str:
    return httpx.get(f"http://127.0.0.1:{project.published}/", trust_env=False, timeout=10).text


def test_a_job_runs_once_for_each_version_and_before_it(on_docker: OnDocker, client: docker.DockerClient) -> None:
    on_docker.up(program("one", "sleep 2; echo applied $((1 + 1))"))
    job, web = (container(client, on_docker, name) for name in ("web-migrate", "web"))
    assert (job.attrs["State"]["ExitCode"], job.logs().decode()) == (0, "applied 2\n")
    assert job.attrs["State"]["FinishedAt"] < web.attrs["Created"]
    on_docker.unchanged()
    on_docker.up()
    assert container(client, on_docker, "web-migrate").id == job.id
    # Another version: other files are enough.
    on_docker.up(program("two", "sleep 2; echo applied $((1 + 1))"))
    assert said(on_docker) == "two"
    assert container(client, on_docker, "web-migrate").id != job.id
    # What it wrote may be about data.
    assert "applied 2" not in on_docker.state_text()


def test_a_job_that_fails_stops_the_update_with_its_last_words(
    on_docker: OnDocker, client: docker.DockerClient
) -> None:
    on_docker.up(program("one", "echo applied 1"))
    before = container(client, on_docker, "web").id
    told = on_docker.up(program("two", "echo applied 1; echo no such table; exit 3", "echo never"), fails=True)
    name = f"planewatch-{on_docker.platform}-{ZONE}-web-migrate"
    assert f"job {name} exited with code 3" in told
    assert "its last log lines:" in told
    assert "no such table" in told
    assert "Traceback" not in told
    # The old version is as it was.
    assert container(client, on_docker, "web").id == before
    assert said(on_docker) == "one"
    # It says so until it is mended, and then goes on.
    assert f"job {name} exited with code 3" in on_docker.up(fails=True)
    on_docker.up(program("two", "echo applied 1; echo applied 2"))
    assert said(on_docker) == "two"


def test_a_job_that_failed_runs_again_when_it_is_asked_to(on_docker: OnDocker) -> None:
    ready = int(time.time()) + 20
    told = on_docker.up(program("one", f"test $(date +%s) -gt {ready} || exit 9"), fails=True)
    urn = next(word for word in told.split("'") if word.startswith("urn:") and word.endswith("web-migrate"))
    time.sleep(max(0, ready + 1 - time.time()))
    on_docker.up(None, "--replace", urn)
    assert said(on_docker) == "one"


def test_a_job_that_does_not_end_is_ended(on_docker: OnDocker, client: docker.DockerClient) -> None:
    slow = program("one", "echo waiting for a lock; sleep 1000").replace("timeout_s=60", "timeout_s=3")
    told = on_docker.up(slow, fails=True)
    assert "has not ended after 3 s" in told
    assert "waiting for a lock" in told
    assert client.containers.list(all=True, filters={"name": f"{on_docker.platform}-{ZONE}-web-migrate"}) == []
