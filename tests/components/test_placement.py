"""A workload that runs once on each node."""

from dataclasses import replace

import pulumi
import pytest

from components.job import Job
from components.placement import OnePerNode
from components.platform import ZoneSpec
from components.toleration import Toleration
from components.volume import DataVolume
from components.workload import Workload
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.args import KubernetesPlatformArgs, PodArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.components.test_workload import GOOD
from tests.harness.mocked import use_mocks

GPU = Toleration(key="gpu", operator="Exists")
AGENT = replace(GOOD, role="agent", placement=OnePerNode(tolerations=[GPU]))


def on_kubernetes(workload: Workload) -> Cluster:
    cluster = Cluster()
    use_mocks(cluster)

    def program() -> None:
        tolerated = PodArgs(tolerations=[Toleration(key="dedicated", value="x")])
        platform = KubernetesPlatform("theirs", KubernetesPlatformArgs(pods=tolerated))
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        zone = platform.isolate(ZoneSpec(name="eu", environment="eu"), parent=parent)
        platform.run(workload, zone, parent=parent)

    run(program)
    return cluster


def test_on_a_cluster_it_is_a_daemon_set_without_what_counts_replicas() -> None:
    cluster = on_kubernetes(AGENT)
    made = {each.typ.rpartition(":")[2] for each in cluster.objects if each.name.startswith("eu-agent")}
    assert made == {"DaemonSet", "Service", "ServiceAccount"}
    daemon_set = cluster.one("DaemonSet", "eu-agent")
    labels = daemon_set["spec"]["template"]["metadata"]["labels"]
    assert daemon_set["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert cluster.one("Service", "eu-agent-service")["spec"]["selector"].items() <= labels.items()
    pod = daemon_set["spec"]["template"]["spec"]
    assert [each["key"] for each in pod["tolerations"]] == ["dedicated", "gpu"]
    assert "topologySpreadConstraints" not in pod
    assert daemon_set["spec"]["updateStrategy"]["rollingUpdate"] == {"maxUnavailable": "25%"}


def test_it_may_have_jobs_and_versions() -> None:
    job = Job(name="migrate", command=("migrate",))
    cluster = on_kubernetes(replace(AGENT, revision="v2", before=(job,), beside=(replace(AGENT, revision="v1"),)))
    found = {each.name for each in cluster.objects if each.typ.endswith((":DaemonSet", ":Job"))}
    assert found == {"eu-agent-v1", "eu-agent-v2", "eu-agent-v2-migrate-job"}


def test_on_an_engine_it_runs_once() -> None:
    engine = Engine()
    use_mocks(engine)

    def program() -> None:
        platform = DockerPlatform("theirs")
        parent = pulumi.ComponentResource("planewatch:tests:Zone", "eu")
        zone = platform.isolate(ZoneSpec(name="eu", environment="eu"), parent=parent)
        platform.run(AGENT, zone, parent=parent)

    run(program)
    assert engine.container("eu-agent")["name"] == "planewatch-theirs-eu-agent"


def test_it_has_no_data_of_its_own() -> None:
    with pytest.raises(ValueError, match="workload agent: one per node has no volumes"):
        replace(AGENT, volumes=(DataVolume(name="d", path="/d"),))
