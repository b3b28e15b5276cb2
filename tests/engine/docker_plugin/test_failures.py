"""What cannot be done is said in words that help, and the next `up` goes on from there."""

import threading
import time

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project

pytestmark = [pytest.mark.engine, pytest.mark.docker]

WAITING = """
    docker.Container(
        "service", name="{p}-service", image=IMAGE, command=["sh", "-c", "COMMAND"], wait=True, wait_timeout=60,
        healthcheck={"tests": ["CMD-SHELL", "CHECK"], "interval": "1s", "retries": 2},
    )
    """


def service(command: str, check: str = "true") -> str:
    return WAITING.replace("COMMAND", command).replace("CHECK", check)


def refused(output: str) -> str:
    assert "Traceback" not in output
    return output[output.index("Diagnostics:") :]


def test_a_failing_container_shows_its_last_words_and_the_next_up_repairs(
    project: Project, client: docker.DockerClient
) -> None:
    output = refused(project.up(service("for i in $(seq 1 40); do echo line $i; done; exit 3"), fails=True))
    assert f"container {project.prefix}-service exited with code 3" in output
    assert "line 21\n" in output
    assert "line 40\n" in output
    assert "line 20\n" not in output
    assert client.containers.list(all=True, filters={"name": project.prefix}) == []
    project.up(service("sleep 1000"))
    assert client.containers.get(f"{project.prefix}-service").status == "running"
    output = refused(project.up(service("echo again; exit 4"), fails=True))
    assert "again\n" in output
    project.up(service("sleep 1000"))
    project.unchanged()


def test_an_unhealthy_container_shows_its_check_and_its_last_words(project: Project) -> None:
    output = refused(project.up(service("echo started; sleep 1000", "echo not yet; exit 1"), fails=True))
    assert f"container {project.prefix}-service became unhealthy" in output
    assert "not yet" in output
    assert "started\n" in output


def test_a_check_that_passes_is_not_waited_for_until_the_engine_runs_it(
    project: Project, client: docker.DockerClient
) -> None:
    check = "echo >> /tmp/checks; test -e /tmp/ready"
    rarely = service("sleep 4; touch /tmp/ready; sleep 1000", check).replace('"1s"', '"50s"')
    began = time.monotonic()
    project.up(rarely)
    assert time.monotonic() - began < 40, "the engine's own first check comes after 50 s"
    container = client.containers.get(f"{project.prefix}-service")
    assert container.exec_run(["test", "-e", "/tmp/ready"]).exit_code == 0
    assert container.health == "starting"
    checks = container.exec_run(["cat", "/tmp/checks"]).output
    assert isinstance(checks, bytes)
    assert 3 <= len(checks) <= 12, "each costs more than the question whether the container is healthy"


def test_waiting_without_a_healthcheck_is_refused(project: Project) -> None:
    body = 'docker.Container("service", name="{p}-service", image=IMAGE, command=["sleep", "1000"], wait=True)'
    assert "has `wait` set but no healthcheck" in refused(project.up(body, fails=True))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('image="nowhere.invalid/nothing:1"', "there is no local image nowhere.invalid/nothing:1"),
        ('image=IMAGE, command=["/nope"]', "its process cannot run"),
        (
            'image=IMAGE, read_only=True, uploads=[{"file": "/x", "content": "y"}]',
            "container rootfs is marked read-only; files must reach it through a volume",
        ),
        ('image=IMAGE, networks_advanced=[{"name": "{p}-none"}]', "network {p}-none not found"),
        ('image=IMAGE, uploads=[{"file": "/x", "content": "y", "owner": "nobody-here"}]', "unknown owner nobody-here"),
        ('image=IMAGE, uploads=[{"file": "/x"}]', "exactly one of content, contentBase64 and source"),
    ],
)
def test_refusals_name_the_thing_and_leave_nothing(
    project: Project, client: docker.DockerClient, arguments: str, message: str
) -> None:
    output = project.up(f'docker.Container("service", name="{{p}}-service", {arguments})', fails=True)
    assert message.replace("{p}", project.prefix) in refused(output)
    assert client.containers.list(all=True, filters={"name": project.prefix}) == []


def test_a_taken_port_is_named(project: Project) -> None:
    output = project.up(
        """
        first = docker.Container(
            "first", name="{p}-first", image=IMAGE, command=["sleep", "1000"],
            ports=[{"internal": 80, "ip": "127.0.0.1"}])
        docker.Container(
            "second", name="{p}-second", image=IMAGE, command=["sleep", "1000"],
            ports=[{"internal": 80, "ip": "127.0.0.1", "external": first.ports[0].external}])
        """,
        fails=True,
    )
    assert "is taken by another container; stop it or choose another port" in refused(output)


def test_a_foreign_container_of_that_name_is_not_touched(project: Project, client: docker.DockerClient) -> None:
    foreign = client.containers.create(IMAGE, name=f"{project.prefix}-service")
    output = project.up('docker.Container("service", name="{p}-service", image=IMAGE)', fails=True)
    assert f"`docker rm -f {project.prefix}-service` removes it" in refused(output)
    assert client.containers.get(f"{project.prefix}-service").id == foreign.id


def test_wrong_inputs_and_unknown_types_fail_in_preview(project: Project) -> None:
    """The way from the plugin's check to the user; `test_checks.py` has every kind of fault."""
    project.program("""
        class Loose(pulumi.CustomResource):
            def __init__(self, name, **props):
                opts = Options(version="5.2.0")
                super().__init__("docker:index/container:Container", name, {"image": IMAGE, **props}, opts)

        Loose("service", comand=["x"])
        """)
    assert "comand: unknown input; did you mean command?" in refused(project.run("preview", fails=True))
    project.program('docker.ServiceConfig("config", data="eA==")')
    output = refused(project.run("preview", fails=True))
    assert "the stand-in docker plugin does not support docker:index/serviceConfig:ServiceConfig" in output


def test_an_unreachable_engine_is_reported_in_one_line(project: Project) -> None:
    project.program("""
        provider = docker.Provider("nowhere", host="unix:///nowhere.sock")
        docker.Volume("volume", name="{p}-data", opts=Options(provider=provider))
        """)
    project.run("preview")
    output = refused(project.up(fails=True))
    assert "no Docker engine answers at unix:///nowhere.sock; start it or set DOCKER_HOST" in output


def test_a_used_volume_is_waited_for(project: Project, client: docker.DockerClient) -> None:
    project.up('docker.Volume("volume", name="{p}-data")')
    volumes = {f"{project.prefix}-data": {"bind": "/data", "mode": "rw"}}
    user = client.containers.create(IMAGE, name=f"{project.prefix}-user", volumes=volumes)

    def release() -> None:
        time.sleep(3)
        user.remove(force=True)

    thread = threading.Thread(target=release)
    thread.start()
    project.run("destroy", "--yes", "--skip-preview")
    thread.join()
    assert client.volumes.list(filters={"name": project.prefix}) == []


def test_a_used_network_names_its_users(project: Project, client: docker.DockerClient) -> None:
    project.up('docker.Network("network", name="{p}-net")')
    name = f"{project.prefix}-user"
    client.containers.run(IMAGE, ["sleep", "1000"], name=name, network=f"{project.prefix}-net", detach=True)
    output = refused(project.run("destroy", "--yes", "--skip-preview", fails=True))
    assert f"still used by {name}; remove these containers first" in output
