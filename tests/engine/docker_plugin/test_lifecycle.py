"""Six resources of every kind live and die without a difference nobody asked for."""

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project
from tests.harness.executing import execute
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.docker]

SERVICES = """
    network = docker.Network("network", name="{p}-net", labels=[{"label": "a", "value": "b"}])
    volume = docker.Volume("volume", name="{p}-data")
    image = docker.RemoteImage("image", name=IMAGE, keep_locally=True)
    carrier = docker.Container(
        "carrier", name="{p}-carrier", image=image.image_id, start=False, must_run=False,
        volumes=[{"volume_name": volume.name, "container_path": "/data"}],
        uploads=[
            {"file": "/data/hello", "content": "hello"},
            {"file": "/data/run", "content": "#", "executable": True, "owner": "7"}
        ],
    )
    services = [
        docker.Container(
            role, name=f"{p}-{role}", image=image.image_id, command=["sleep", "1000"], user="1000:1000",
            read_only=True, init=True, memory=32, memory_swap=32, cpus="0.5", restart="unless-stopped",
            destroy_grace_seconds=1, stop_timeout=1, stop_signal="SIGKILL", cpu_shares=512,
            capabilities={"drops": ["ALL"]}, security_opts=["no-new-privileges:true"], tmpfs={"/tmp": "size=1m"},
            envs=["B=2", "A=1"], labels=[{"label": "z", "value": "1"}, {"label": "y", "value": "2"}],
            hosts=[{"host": "elsewhere", "ip": "192.0.2.1"}], ulimits=[{"name": "nofile", "soft": 64, "hard": 128}],
            log_driver="json-file", log_opts={"max-size": "1m"}, ports=[{"internal": 80, "ip": "127.0.0.1"}],
            networks_advanced=[{"name": network.name, "aliases": [role, "b"]}],
            mounts=[{"type": "volume", "source": volume.name, "target": "/data", "read_only": True}],
            healthcheck={"tests": ["CMD", "/bin/busybox", "cat", "/data/hello"], "interval": "1s", "retries": 5},
            wait=True, wait_timeout=30, opts=Options(depends_on=[carrier]),
        )
        for role in ("one", "two")
    ]
    pulumi.export("address", services[0].network_datas[0].ip_address)
    """


def test_up_then_nothing_to_do_then_nothing_left(project: Project, client: docker.DockerClient) -> None:
    output = project.up(SERVICES)
    assert "warning" not in output

    wait_until(
        lambda: client.containers.get(f"{project.prefix}-one").health,
        lambda health: health == "healthy",
        within_s=10,
        what="the engine's own check",
    )
    container = client.containers.get(f"{project.prefix}-one")
    host = container.attrs["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["Memory"] == 32 * 1024 * 1024
    assert host["NanoCpus"] == 500_000_000
    assert host["CapDrop"] == ["ALL"]
    assert host["ExtraHosts"] == ["elsewhere:192.0.2.1"]
    assert host["Ulimits"] == [{"Name": "nofile", "Hard": 128, "Soft": 64}]
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "1m"}}
    assert list(container.attrs["NetworkSettings"]["Networks"]) == [f"{project.prefix}-net"]
    found = execute(client.api, f"{project.prefix}-one", "stat", "-c", "%a %u", "/data/hello", "/data/run")
    assert found == (0, "644 0\n744 7\n")
    assert container.exec_run(["nslookup", "two"]).exit_code == 0
    assert client.containers.get(f"{project.prefix}-carrier").status == "created"

    project.unchanged()
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.unchanged()
    assert "warning" not in project.up()

    project.run("destroy", "--yes", "--skip-preview")
    assert client.containers.list(all=True, filters={"name": project.prefix}) == []
    assert client.networks.list(names=[project.prefix]) == []
    assert client.volumes.list(filters={"name": project.prefix}) == []
    client.images.get(IMAGE)


def test_order_in_sets_means_nothing(project: Project) -> None:
    project.up(SERVICES)
    other = SERVICES.replace('"B=2", "A=1"', '"A=1", "B=2"').replace('[role, "b"]', '["b", role]')
    first, second = '{"label": "z", "value": "1"}', '{"label": "y", "value": "2"}'
    assert other.count(f"{first}, {second}") == 1
    assert project.steps(other.replace(f"{first}, {second}", f"{second}, {first}")) == {}


def test_state_is_what_the_official_plugin_records(project: Project) -> None:
    project.up(SERVICES)
    state = project.state()
    container = state["one"]
    assert container["inputs"]["__defaults"] == [
        "containerReadRefreshTimeoutMilliseconds",
        "mustRun",
        "networkMode",
        "removeVolumes",
        "start",
    ]
    assert container["inputs"]["ports"] == [
        {"__defaults": ["protocol"], "internal": 80, "ip": "127.0.0.1", "protocol": "tcp"}
    ]
    assert container["inputs"]["networkMode"] == "bridge"
    outputs = container["outputs"]
    assert {"bridge", "networkDatas", "ipcMode", "runtime", "shmSize", "logDriver", "hostname"} <= outputs.keys()
    assert {key: outputs[key] for key in ("attach", "logs", "tty", "stdinOpen", "memoryReservation")} == {
        "attach": False,
        "logs": False,
        "tty": False,
        "stdinOpen": False,
        "memoryReservation": 0,
    }
    assert outputs["healthcheck"]["interval"] == "1s"
    assert outputs["networkDatas"][0]["networkName"] == f"{project.prefix}-net"
    assert state["volume"]["id"] == f"{project.prefix}-data"
    assert state["image"]["id"] == state["image"]["outputs"]["imageId"] + IMAGE
    assert state["network"]["outputs"]["scope"] == "local"
    assert state["carrier"]["outputs"]["exitCode"] == 0
