"""What a workload may do at the Kubernetes API: bound to its account, and to nobody else's."""

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.platform import ZoneSpec
from components.rights import ApiRight
from components.workload import Workload
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.components.test_workload import GOOD
from tests.harness.mocked import use_mocks

PODS = ApiRight(resources=("pods", "pods/log"), verbs=("get", "list"))
NODES = ApiRight(resources=("nodes",), verbs=("get",), names=("a",), cluster_wide=True)


def on_kubernetes(*workloads: Workload) -> Cluster:
    cluster = Cluster()
    use_mocks(cluster)

    def program() -> None:
        platform = KubernetesPlatform("theirs")
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        zone = platform.isolate(ZoneSpec(name="eu", environment="eu"), parent=parent)
        for each in workloads:
            platform.run(each, zone, parent=parent)

    run(program)
    return cluster


def test_rights_are_bound_to_the_account_and_its_pods_have_the_token() -> None:
    cluster = on_kubernetes(replace(GOOD, rights=(PODS, NODES)), replace(GOOD, role="other"))
    assert cluster.one("Role", "eu-web-rights")["rules"] == [
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
    ]
    wide = cluster.one("ClusterRole", "eu-web-cluster-rights")
    assert wide["metadata"]["name"] == "planewatch-theirs-eu-web"
    assert wide["rules"] == [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"], "resourceNames": ["a"]}]
    for kind, name in (("RoleBinding", "eu-web-rights"), ("ClusterRoleBinding", "eu-web-cluster-rights")):
        binding = cluster.one(kind, f"{name}-binding")
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "web", "namespace": "planewatch-theirs-eu"}]
        assert binding["roleRef"]["name"] == binding["metadata"]["name"]
    pods = {role: cluster.one("Deployment", f"eu-{role}")["spec"]["template"]["spec"] for role in ("web", "other")}
    assert {role: pod["automountServiceAccountToken"] for role, pod in pods.items()} == {"web": True, "other": False}
    (way,) = cluster.one("NetworkPolicy", "eu-web-to-api-server")["spec"]["egress"]
    assert {port["port"] for port in way["ports"]} == {443, 6443}
    assert not [each.name for each in cluster.objects if each.name.startswith("eu-other-to")]


def test_rights_in_the_zone_alone_make_nothing_in_the_cluster() -> None:
    cluster = on_kubernetes(replace(GOOD, rights=(PODS,)))
    assert not [each.name for each in cluster.objects if each.typ.rpartition(":")[2].startswith("ClusterRole")]


def test_docker_refuses_what_it_cannot_give() -> None:
    use_mocks(Engine())

    def program() -> None:
        platform = DockerPlatform("theirs")
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        zone = platform.isolate(ZoneSpec(name="eu", environment="eu"), parent=parent)
        platform.run(replace(GOOD, rights=(PODS,)), zone, parent=parent)

    with pytest.raises(ValueError, match=r"rights of web must be none on Docker, .* \(got 1\)"):
        run(program)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"resources": ()}, r"resources of ApiRight must be named, without \* \(got \[\]\)"),
        ({"resources": ("*",)}, r"resources of ApiRight must be named"),
        ({"verbs": ("get", "*")}, r"verbs of ApiRight must be named, without \* \(got \['get', '\*'\]\)"),
        ({"groups": ("*",)}, "groups of ApiRight must be named"),
        ({"verbs": ("bind",)}, r"verbs of ApiRight must be none of .* \(got bind\)"),
    ],
)
def test_a_right_to_everything_is_refused(said: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ApiRight(**{"resources": ("pods",), "verbs": ("get",), **said})
