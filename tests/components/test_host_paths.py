"""Paths of the node in a workload: read-only unless said otherwise, in a zone of their own, on clusters alone."""

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.host_path import HostPath
from components.job import Job
from components.placement import OnePerNode
from components.platform import ZoneSpec
from components.volume import DataVolume
from components.workload import File, Workload
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.components.test_workload import GOOD
from tests.harness.mocked import use_mocks

LOGS = HostPath(path="/var/log/pods", mount="/host/pods")
NODE = HostPath(path="/etc/machine-id", mount="/host/machine-id", is_file=True, writable=True)
AGENT = replace(GOOD, role="agent", placement=OnePerNode(), host_paths=(LOGS, NODE))
PLAIN = ZoneSpec(name="eu", environment="eu")
OWN = replace(PLAIN, admits_host_paths=True)
LEVEL = "pod-security.kubernetes.io/{}"


def on_kubernetes(spec: ZoneSpec, *workloads: Workload) -> Cluster:
    use_mocks(cluster := Cluster())

    def program() -> None:
        platform = KubernetesPlatform("theirs")
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        zone = platform.isolate(spec, parent=parent)
        for each in workloads:
            platform.run(each, zone, parent=parent)

    run(program)
    return cluster


def levels(cluster: Cluster) -> list[str]:
    labels = cluster.one("Namespace", "eu-namespace")["metadata"]["labels"]
    return [labels[LEVEL.format(mode)] for mode in ("enforce", "audit", "warn")]


def test_pods_have_them_read_only_unless_they_are_writable() -> None:
    cluster = on_kubernetes(OWN, AGENT)
    pod = cluster.one("DaemonSet", "eu-agent")["spec"]["template"]["spec"]
    names = {each["hostPath"]["path"]: each["name"] for each in pod["volumes"] if "hostPath" in each}
    assert [each["hostPath"] for each in pod["volumes"] if "hostPath" in each] == [
        {"path": "/var/log/pods", "type": "Directory"},
        {"path": "/etc/machine-id", "type": "File"},
    ]
    mounts = pod["containers"][0]["volumeMounts"]
    assert [each for each in mounts if each["name"] in names.values()] == [
        {
            "name": names["/var/log/pods"],
            "mountPath": "/host/pods",
            "readOnly": True,
            "recursiveReadOnly": "IfPossible",
        },
        {"name": names["/etc/machine-id"], "mountPath": "/host/machine-id", "readOnly": False},
    ]
    # The pod is as hardened as any other.
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_its_jobs_see_nothing_of_the_node() -> None:
    job = Job(name="migrate", command=("migrate",))
    cluster = on_kubernetes(OWN, replace(AGENT, revision="v1", before=(job,)))
    pod = cluster.one("Job", "eu-agent-v1-migrate-job")["spec"]["template"]["spec"]
    assert not [each for each in pod["volumes"] if "hostPath" in each]
    assert not [each for each in pod["containers"][0]["volumeMounts"] if each["mountPath"].startswith("/host")]


def test_only_a_zone_that_says_so_admits_them() -> None:
    assert levels(on_kubernetes(PLAIN, GOOD)) == ["restricted"] * 3
    # A workload without host paths changes nothing of a zone, and one with them neither.
    assert levels(on_kubernetes(OWN, GOOD)) == levels(on_kubernetes(OWN, AGENT))
    assert levels(on_kubernetes(OWN)) == ["privileged", "restricted", "privileged"]


@pytest.mark.parametrize(
    "workload", [AGENT, replace(AGENT, host_paths=(), revision="v2", beside=(replace(AGENT, revision="v1"),))]
)
def test_another_zone_refuses_them(workload: Workload) -> None:
    with pytest.raises(
        ValueError,
        match=r"host_paths of agent must be none in zone eu \(got /var/log/pods, /etc/machine-id\); run it in a zone of"
        r" its own, made with ZoneSpec\(name=…, environment=…, admits_host_paths=True\)",
    ):
        on_kubernetes(PLAIN, workload)


def test_the_control_plane_admits_none() -> None:
    with pytest.raises(ValueError, match="admits_host_paths of zone control must be False, as it is the control plane"):
        ZoneSpec(name="control", admits_host_paths=True)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (
            OWN,
            r"admits_host_paths of zone eu must be False on Docker, .* \(got True\); workloads have files and volumes",
        ),
        (PLAIN, r"host_paths of agent must be none on Docker, .* \(got /var/log/pods, /etc/machine-id\); files hold"),
    ],
)
def test_docker_refuses_them_and_says_what_it_has(spec: ZoneSpec, says: str) -> None:
    use_mocks(Engine())

    def program() -> None:
        platform = DockerPlatform("theirs")
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        platform.run(AGENT, platform.isolate(spec, parent=parent), parent=parent)

    with pytest.raises(ValueError, match=says):
        run(program)


@pytest.mark.parametrize("what", ["path", "mount"])
@pytest.mark.parametrize("said", ["var/log", "/", "", "/var/../etc", "//var", "/var/", "/var/./log"])
def test_a_path_is_one_from_the_root_on(what: str, said: str) -> None:
    changes: dict[str, Any] = {what: said}
    with pytest.raises(ValueError, match=f"{what} of HostPath must be a path below /"):
        replace(LOGS, **changes)


def test_a_mount_has_no_colon() -> None:
    with pytest.raises(ValueError, match=r"mount of HostPath must have no colon \(got /a:b\)"):
        HostPath(path="/a:b", mount="/a:b")


@pytest.mark.parametrize(
    "path", ["/run", "/var/run", "/run/containerd", "/var/run/docker.sock", "/run/containerd/containerd.sock"]
)
def test_the_socket_of_an_engine_is_out_of_reach(path: str) -> None:
    with pytest.raises(ValueError, match=rf"socket of a container engine, which gives root .*\(got {path}\)"):
        HostPath(path=path, mount="/host")


@pytest.mark.parametrize("path", ["/run/udev", "/var/log", "/var/runs", "/run/containerd-logs", "/proc", "/dev/kmsg"])
def test_other_paths_are_up_to_the_program(path: str) -> None:
    assert HostPath(path=path, mount="/host").writable is False


@pytest.mark.parametrize(
    ("more", "apart"),
    [
        ({"files": (File(path="/host/pods/x", content=""),)}, "/host/pods"),
        ({"scratch": ("/host",)}, "/host"),
        ({"placement": None, "volumes": (DataVolume(name="d", path="/host/pods/d"),)}, "/host/pods/d"),
        ({"host_paths": (LOGS, replace(NODE, mount="/host/pods/id"))}, "/host/pods"),
    ],
)
def test_a_mount_is_apart_from_all_others(more: dict[str, Any], apart: str) -> None:
    with pytest.raises(ValueError, match=rf"mount of host path .* of agent must be .* apart from {apart} \(got /host"):
        replace(AGENT, **more)
