"""What happens outside of Pulumi is seen by refresh, and the next `up` repairs it."""

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project

pytestmark = [pytest.mark.engine, pytest.mark.docker]

SERVICE = """
    network = docker.Network("network", name="{p}-net")
    docker.Volume("volume", name="{p}-data")
    docker.Container(
        "service", name="{p}-service", image=IMAGE, command=["sleep", "1000"], memory=32, memory_swap=32,
        labels=[{"label": "a", "value": "b"}], envs=["A=1"], networks_advanced=[{"name": network.name}],
    )
    """


def test_what_was_deleted_is_made_again(project: Project, client: docker.DockerClient) -> None:
    project.up(SERVICE)
    client.containers.get(f"{project.prefix}-service").remove(force=True)
    client.volumes.get(f"{project.prefix}-data").remove()
    client.networks.get(f"{project.prefix}-net").remove()
    output = project.up(None, "--refresh")
    assert "+ 3 created" in output
    assert client.containers.get(f"{project.prefix}-service").status == "running"
    project.unchanged()


def test_a_vanished_container_leaves_the_state(project: Project, client: docker.DockerClient) -> None:
    project.up(SERVICE)
    client.containers.get(f"{project.prefix}-service").remove(force=True)
    project.run("refresh", "--yes", "--skip-preview")
    assert "service" not in project.state()
    assert {name: step["op"] for name, step in project.steps().items()} == {"service": "create"}


def test_a_stopped_container_is_started_again(project: Project, client: docker.DockerClient) -> None:
    project.up(SERVICE)
    container = client.containers.get(f"{project.prefix}-service")
    container.kill()
    project.run("refresh", "--yes", "--skip-preview")
    recorded = project.state()["service"]
    assert recorded["outputs"]["mustRun"] is False
    assert recorded["outputs"]["exitCode"] == 137
    assert project.steps()["service"]["detailedDiff"].keys() == {"mustRun"}
    project.up()
    container.reload()
    assert container.status == "running"
    project.unchanged()


def test_live_values_win_on_refresh(project: Project, client: docker.DockerClient) -> None:
    project.up(SERVICE)
    container = client.containers.get(f"{project.prefix}-service")
    container.update(mem_limit="64m", memswap_limit="64m", restart_policy={"Name": "always"})
    project.run("refresh", "--yes", "--skip-preview")
    inputs = project.state()["service"]["inputs"]
    assert (inputs["memory"], inputs["memorySwap"], inputs["restart"]) == (64, 64, "always")
    # What did not change stays as the program wrote it.
    assert inputs["labels"] == [{"__defaults": [], "label": "a", "value": "b"}]
    assert inputs["envs"] == ["A=1"]
    assert project.steps()["service"]["detailedDiff"].keys() == {"memory", "memorySwap", "restart"}
    project.up()
    container.reload()
    assert container.attrs["HostConfig"]["Memory"] == 32 * 1024 * 1024
    assert container.attrs["HostConfig"]["RestartPolicy"]["Name"] == "no"


def test_existing_resources_are_imported(project: Project, client: docker.DockerClient) -> None:
    network = client.networks.create(f"{project.prefix}-net", labels={"a": "b"})
    client.volumes.create(f"{project.prefix}-data")
    container = client.containers.run(IMAGE, ["sleep", "1000"], name=f"{project.prefix}-service", detach=True)
    output = project.up(f"""
        docker.Network("network", name="{{p}}-net", labels=[{{"label": "a", "value": "b"}}],
                       opts=Options(import_="{network.id}"))
        docker.Volume("volume", name="{{p}}-data", opts=Options(import_="{{p}}-data"))
        docker.Container("service", name="{{p}}-service", image=IMAGE, command=["sleep", "1000"],
                         opts=Options(import_="{container.id}"))
        """)
    assert "= 3 imported" in output
    assert client.containers.get(f"{project.prefix}-service").id == container.id
    project.unchanged()


def test_the_import_command_writes_a_program(project: Project, client: docker.DockerClient) -> None:
    client.volumes.create(f"{project.prefix}-data")
    name = f"{project.prefix}-data"
    project.run(
        "import", "docker:index/volume:Volume", "data", name, "--yes", "--protect=false", "--generate-code=false"
    )
    assert project.state()["data"]["inputs"]["name"] == name


def test_a_retained_volume_is_adopted_with_its_data(project: Project, client: docker.DockerClient) -> None:
    body = """
        volume = docker.Volume("volume", name="{p}-data", opts=Options(retain_on_delete=True))
        docker.Container(
            "writer", name="{p}-writer", image=IMAGE, must_run=False, attach=True, logs=True,
            command=["sh", "-c", "cat /data/kept; echo kept > /data/kept"],
            volumes=[{"volume_name": volume.name, "container_path": "/data"}],
        )
        """
    project.up(body)
    project.run("destroy", "--yes", "--skip-preview")
    assert client.volumes.get(f"{project.prefix}-data").name == f"{project.prefix}-data"
    project.up()
    outputs = project.state()["writer"]["outputs"]
    assert (outputs["containerLogs"], outputs["exitCode"]) == ("kept\n", 0)
