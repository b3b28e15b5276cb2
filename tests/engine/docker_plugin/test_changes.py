"""A change does what the official plugin does with it: in place, by replacement, or nothing."""

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project

pytestmark = [pytest.mark.engine, pytest.mark.docker]

SERVICE = """
    docker.Container("service", name="{p}-service", image=IMAGE, command=["sleep", "1000"], memory=32, memory_swap=32)
    """


def test_limits_and_restart_policy_change_on_the_running_container(
    project: Project, client: docker.DockerClient
) -> None:
    project.up(SERVICE)
    before = client.containers.get(f"{project.prefix}-service").id
    changed = SERVICE.replace(
        "memory=32, memory_swap=32", 'memory=64, memory_swap=64, cpu_shares=256, restart="always"'
    )
    step = project.steps(changed)["service"]
    assert step["op"] == "update"
    assert {path: change["kind"] for path, change in step["detailedDiff"].items()} == {
        "cpuShares": "add",
        "memory": "update",
        "memorySwap": "update",
        "restart": "update",
    }
    project.up()
    container = client.containers.get(f"{project.prefix}-service")
    assert container.id == before
    host = container.attrs["HostConfig"]
    assert (host["Memory"], host["CpuShares"], host["RestartPolicy"]["Name"]) == (64 * 1024 * 1024, 256, "always")
    assert project.state()["service"]["outputs"]["memory"] == 64
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_a_replacement_under_the_same_name_deletes_first(project: Project, client: docker.DockerClient) -> None:
    project.up(SERVICE)
    before = client.containers.get(f"{project.prefix}-service").id
    step = project.steps(SERVICE.replace('"1000"', '"1001"'))["service"]
    assert step["detailedDiff"] == {"command[1]": {"kind": "update-replace", "inputDiff": True}}
    project.up()
    after = client.containers.get(f"{project.prefix}-service")
    assert after.id != before
    assert after.attrs["Config"]["Cmd"] == ["sleep", "1001"]


def test_an_input_the_engine_fills_too_may_be_left_out_again(project: Project) -> None:
    project.up(SERVICE.replace("memory=32", 'hostname="here", memory=32'))
    assert project.steps(SERVICE) == {}


def test_a_network_with_its_containers_is_replaced(project: Project, client: docker.DockerClient) -> None:
    body = """
        network = docker.Network("network", name="{p}-net", ipam_configs=[{"subnet": "10.213.9.0/24"}])
        docker.Container(
            "service", name="{p}-service", image=IMAGE, command=["sleep", "1000"],
            networks_advanced=[{"name": network.id, "ipv4_address": "10.213.9.7"}],
        )
        """
    project.up(body)
    project.up(body.replace("10.213.9.", "10.213.10."))
    networks = client.containers.get(f"{project.prefix}-service").attrs["NetworkSettings"]["Networks"]
    assert networks[f"{project.prefix}-net"]["IPAddress"] == "10.213.10.7"
    project.unchanged()


def test_names_are_made_once_and_kept(project: Project, client: docker.DockerClient) -> None:
    body = """
        docker.Volume("{p}-auto")
        docker.Network("{p}-auto-net")
        """
    project.up(body)
    name = project.state()[f"{project.prefix}-auto"]["inputs"]["name"]
    assert name.startswith(f"{project.prefix}-auto-")
    assert len(name) == len(f"{project.prefix}-auto-") + 7
    assert client.volumes.get(name).name == name
    project.unchanged()


def test_an_image_is_built_and_its_replacement_keeps_the_name(project: Project, client: docker.DockerClient) -> None:
    context = project.folder / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(
        f"FROM {IMAGE} AS first\nARG WORD\nRUN echo $WORD >/word\nFROM first\nLABEL x=y\n"
    )
    body = f"""
        image = docker.RemoteImage(
            "image", name="{{p}}-image:1", triggers={{"version": "1"}},
            build={{"context": "{context}", "target": "first", "build_args": {{"WORD": "first"}},
                   "labels": {{"k": "v"}}}},
        )
        """
    project.up(body)
    first = client.images.get(f"{project.prefix}-image:1")
    assert first.labels["k"] == "v"
    assert "x" not in first.labels
    project.unchanged()
    step = project.steps(body.replace('"1"}}', '"2"}}').replace('"version": "1"', '"version": "2"'))["image"]
    assert step["detailedDiff"]['triggers["version"]']["kind"] == "update-replace"
    project.up(body.replace('"version": "1"', '"version": "2"').replace('"WORD": "first"', '"WORD": "second"'))
    second = client.images.get(f"{project.prefix}-image:1")
    assert second.id != first.id
    assert project.state()["image"]["outputs"]["imageId"] == second.id
    with pytest.raises(docker.errors.ImageNotFound):
        client.images.get(str(first.id))
    project.run("destroy", "--yes", "--skip-preview")
    with pytest.raises(docker.errors.ImageNotFound):
        client.images.get(f"{project.prefix}-image:1")
