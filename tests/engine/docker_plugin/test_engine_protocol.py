"""The faults that provider SDKs are known for: unknowns, secrets, settings, interruption, sizes."""

import signal
import time

import docker
import pytest

from tests.engine.docker_plugin.harness import Project
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.docker]


def test_unknowns_pass_through_a_preview(project: Project) -> None:
    project.program("""
        network = docker.Network("network", name="{p}-net")
        first = docker.Container("first", name="{p}-first", image=IMAGE, command=["sleep", "1000"],
                                 networks_advanced=[{"name": network.id}])
        docker.Container(
            "second", name="{p}-second", image=IMAGE, command=["sleep", "1000"],
            envs=[first.network_datas[0].ip_address.apply(lambda address: f"OTHER={address}")],
            memory=first.shm_size, ports=[{"internal": 80, "external": first.exit_code}],
        )
        pulumi.export("address", first.network_datas.apply(lambda datas: datas[0].ip_address))
        """)
    output = project.run("preview", "--diff")
    assert "[unknown]" in output
    assert [line for line in output.splitlines() if "04da6b54" in line and "provider=" not in line] == []
    steps = project.steps()
    assert {step["op"] for step in steps.values()} == {"create"}
    assert steps["second"]["newState"]["inputs"]["memory"] == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_a_change_to_something_unknown_is_shown(project: Project) -> None:
    body = """
        first = docker.Container("first", name="{p}-first", image=IMAGE, command=["sleep", "1000"])
        docker.Container("second", name="{p}-second", image=IMAGE, command=["sleep", "1000"],
                         envs=[first.hostname.apply(lambda name: f"OTHER={name}")])
        """
    project.up(body)
    steps = project.steps(
        body.replace('"{p}-first", image=IMAGE, command=["sleep", "1000"]', '"{p}-renamed", image=IMAGE')
    )
    assert steps["first"]["detailedDiff"] == {"name": {"kind": "update-replace", "inputDiff": True}}
    assert steps["second"]["op"] == "replace"
    assert steps["second"]["newState"]["inputs"]["envs"] == ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]


def test_secrets_stay_secret(project: Project, client: docker.DockerClient) -> None:
    secret = "tUgLq7-passphrase"
    body = f"""
        word = pulumi.Output.secret("{secret}")
        service = docker.Container(
            "service", name="{{p}}-service", image=IMAGE, command=["sleep", "1000"], memory=32, memory_swap=32,
            envs=[word.apply(lambda text: f"WORD={{text}}")], uploads=[{{"file": "/word", "content": word}}],
            labels=[{{"label": "word", "value": word}}],
        )
        pulumi.export("envs", service.envs)
        """
    output = project.up(body, "--diff")
    container = client.containers.get(f"{project.prefix}-service")
    assert f"WORD={secret}" in container.attrs["Config"]["Env"]
    output += project.run("refresh", "--yes", "--skip-preview", "--diff")
    output += project.up(body.replace("memory=32, memory_swap=32", "memory=64, memory_swap=64"), "--diff")
    output += project.up(body.replace('"1000"', '"1001"'), "--diff")
    output += project.up(body.replace("memory=32", 'memory="wrong", rm=word'), "--diff", fails=True)
    assert secret not in output
    assert secret not in project.state_text()
    assert project.state()["service"]["outputs"]["envs"]["4dabf18193072939515e22adb298388d"]
    assert "[secret]" in output


def test_numbers_stay_integers(project: Project) -> None:
    project.up('docker.Container("service", name="{p}-service", image=IMAGE, start=False, must_run=False, shm_size=65)')
    assert '"shmSize": 65,' in project.state_text()


def test_a_large_file_passes(project: Project, client: docker.DockerClient) -> None:
    project.up("""
        docker.Container("carrier", name="{p}-carrier", image=IMAGE, start=False, must_run=False,
                         uploads=[{"file": "/large", "content": "0123456789" * 700_000}])
        """)
    _, stat = client.containers.get(f"{project.prefix}-carrier").get_archive("/large")
    assert stat
    assert stat["size"] == 7_000_000
    project.unchanged()


def test_provider_settings_are_compared(project: Project) -> None:
    body = """
        provider = docker.Provider("engine", host="unix:///var/run/docker.sock")
        docker.Volume("volume", name="{p}-data", opts=Options(provider=provider))
        """
    project.up(body)
    project.unchanged()
    step = project.steps(body.replace("unix:///var", "unix:///../var"))["engine"]
    assert step["op"] == "update"
    assert step["detailedDiff"].keys() == {"host"}


def test_an_interrupted_up_goes_on_next_time(project: Project, client: docker.DockerClient) -> None:
    body = """
        docker.Volume("volume", name="{p}-data")
        docker.Container(
            "service", name="{p}-service", image=IMAGE, command=["sleep", "1000"], wait=True, wait_timeout=90,
            healthcheck={"tests": ["CMD", "false"], "interval": "1s", "retries": 100},
        )
        """
    project.program(body)
    with project.start("up", "--yes", "--skip-preview") as process:
        deadline = time.monotonic() + 60
        while not client.containers.list(filters={"name": project.prefix}):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)[0]
    assert process.returncode != 0
    assert "Traceback" not in output
    assert client.containers.list(all=True, filters={"name": project.prefix}) == []
    project.up(body.replace('"false"', '"true"'))
    wait_until(
        lambda: client.containers.get(f"{project.prefix}-service").health,
        lambda health: health == "healthy",
        within_s=10,
        what="the engine's own check",
    )
    project.unchanged()


def test_no_process_of_ours_outlives_a_killed_engine(project: Project, client: docker.DockerClient) -> None:
    project.program("""
        docker.Container(
            "service", name="{p}-service", image=IMAGE, command=["sleep", "1000"], wait=True, wait_timeout=90,
            healthcheck={"tests": ["CMD", "false"], "interval": "1s", "retries": 100},
        )
        """)
    with project.start("up", "--yes", "--skip-preview") as process:
        deadline = time.monotonic() + 60
        while not client.containers.list(filters={"name": project.prefix}):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        process.kill()
        process.wait()
    deadline = time.monotonic() + 30
    # Sparse: the others are looked at one by one, and this one may be gone in between.
    while client.containers.list(all=True, sparse=True, filters={"name": project.prefix}):
        assert time.monotonic() < deadline, "the half-made container was left behind"
        time.sleep(0.2)
