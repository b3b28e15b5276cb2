"""A cluster out of reach is a fault; what the user may not see, or this machine cannot ask, is left unasked."""

import sys
from pathlib import Path

import pytest

from delivery.look import Kubectl
from infra.platforms.kubernetes.naming import INSTANCE, NAME
from tests.harness.told_cluster import NAMING, ToldCluster, healthy, pod, states, version, workload


@pytest.fixture
def cluster(tmp_path: Path) -> ToldCluster:
    return ToldCluster(tmp_path)


def test_a_cluster_is_asked_once_for_all_namespaces(cluster: ToldCluster) -> None:
    assert cluster.ask().well
    assert cluster.looks == ["all"]


def test_a_namespace_that_the_user_may_not_see_hides_no_other(cluster: ToldCluster) -> None:
    cluster.forbid("prod")
    cluster.say("control", [workload("console", 1), *healthy("thanos-query")])
    answers = cluster.ask()
    assert {answer.place.name: answer.asked for answer in answers.places} == {
        "console": True,
        "metrics query": True,
        "prod API": False,
        "prod OTLP/HTTP": False,
    }
    assert answers.faults == ("0 of 1 pods of console in planewatch-dev-control are ready",)
    assert not answers.well
    text = cluster.shown(answers)
    assert "not asked" in text
    assert "Pods were not looked at in planewatch-dev-prod: Error from server (Forbidden): pods is forbidden" in text


def test_a_user_who_may_see_nothing_leaves_everything_unasked(cluster: ToldCluster) -> None:
    cluster.forbid("control", "prod")
    answers = cluster.ask()
    assert answers.well
    assert not any(answer.asked for answer in answers.places)
    text = cluster.shown(answers)
    assert "Pods were not looked at: Error from server (Forbidden)" in text
    assert " up " not in text
    assert "listening" not in text


def test_a_cluster_out_of_reach_is_a_fault(cluster: ToldCluster) -> None:
    cluster.fail("Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout")
    answers = cluster.ask()
    assert not answers.well
    assert not any(answer.asked for answer in answers.places)
    (fault,) = answers.faults
    assert fault.startswith("the cluster does not answer: Unable to connect to the server: dial tcp 10.0.0.1:443")
    assert fault in cluster.shown(answers)


def test_a_cluster_out_of_reach_is_asked_again(cluster: ToldCluster) -> None:
    cluster.fail("The connection to the server 10.0.0.1:443 was refused", times=2)
    assert cluster.ask(within_s=30).well
    assert cluster.looks == ["all"] * 3


def test_a_namespace_that_fails_while_the_others_answer_is_a_fault(cluster: ToldCluster) -> None:
    cluster.forbid()
    cluster.fail("Error from server (Timeout): try again later", where="planewatch-dev-prod")
    answers = cluster.ask()
    assert states(answers)["console"] is None
    assert answers.faults == (
        "the workloads in planewatch-dev-prod are not known: Error from server (Timeout): try again later",
    )


def test_some_kinds_forbidden_and_others_failing_is_no_refusal(cluster: ToldCluster) -> None:
    forbidden = "Error from server (Forbidden): pods is forbidden"
    cluster.fail(f"Error from server (ServiceUnavailable): not now\n{forbidden}")
    assert not cluster.ask().well
    cluster.fail(f"{forbidden}\n{forbidden}", where="all")
    assert cluster.ask().well


def test_a_cluster_that_hangs_is_a_fault(cluster: ToldCluster) -> None:
    (cluster.folder / "slow").touch()
    command = [sys.executable, str(cluster.folder / "kubectl.py")]
    look = Kubectl(command=command, environment={}, instance=NAMING.instance, within_s=0.5).look(["one"])
    assert look.faults == (
        "the cluster does not answer: no answer to kubectl within 0.5 s; see that kubectl reaches it",
    )
    assert look.remark is None


@pytest.mark.parametrize(
    "said",
    [
        'error: context "planewatch-prod" does not exist',
        "Error in configuration: context was not found for specified context: planewatch-prod",
    ],
)
def test_a_machine_that_knows_no_way_to_the_cluster_asks_nothing(cluster: ToldCluster, said: str) -> None:
    cluster.fail(said)
    answers = cluster.ask()
    assert answers.well
    assert not any(answer.asked for answer in answers.places)
    assert answers.remark == f"Pods were not looked at: {said}; add it to this machine's kubeconfig"
    assert cluster.looks == ["all"]


def test_a_machine_without_kubectl_asks_nothing(tmp_path: Path) -> None:
    look = Kubectl(command=[str(tmp_path / "kubectl")], environment={}, instance=NAMING.instance).look(["one"])
    assert look.faults == ()
    assert str(look.remark).endswith("kubectl does not start (No such file or directory); install it")


@pytest.mark.parametrize("narrow", [False, True])
def test_a_zone_without_workloads_is_at_fault(cluster: ToldCluster, narrow: bool) -> None:
    if narrow:
        cluster.forbid()
    (cluster.folder / "planewatch-dev-prod.json").unlink()
    answers = cluster.ask()
    assert answers.faults == ("no workload of the stack is in planewatch-dev-prod",)
    assert states(answers)["prod API"] == "no pod of it is ready"


def test_what_is_not_the_stacks_is_not_looked_at(cluster: ToldCluster) -> None:
    foreign = workload("debug", 1)
    foreign["metadata"]["labels"] = {NAME: "debug", INSTANCE: "somebody-else"}
    cluster.say("prod", [*healthy("api", "collector"), foreign])
    assert cluster.ask().well


def test_versions_are_told_apart_and_their_service_is_that_of_the_role(cluster: ToldCluster) -> None:
    v1 = [version(item, "api-v1") for item in (workload("api", 1), pod("api", "api-v1-1", ready=False))]
    v2 = [version(item, "api-v2") for item in (workload("api", 1), pod("api", "api-v2-1"))]
    cluster.say("prod", [*v1, *v2, *healthy("collector")])
    answers = cluster.ask()
    assert answers.faults == ("0 of 1 pods of api-v1 in planewatch-dev-prod are ready: api-v1-1 (Running, not ready)",)
    assert states(answers)["prod API"] is None


_WAITS = [
    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes: Insufficient cpu."}
]


def test_a_rollout_that_waits_for_a_node_is_a_fault_while_the_old_pods_serve(cluster: ToldCluster) -> None:
    waiting = pod("console", "console-2", ready=False, phase="Pending", conditions=_WAITS)
    cluster.say("control", [*healthy("console", "thanos-query"), waiting])
    answers = cluster.ask()
    assert answers.faults == (
        "pods of console in planewatch-dev-control: console-2 (waits for a node: 0/3 nodes: Insufficient cpu.)",
    )
    assert not answers.well
    assert "console-2 (waits for a node" in cluster.shown(answers)


def unmounted(uid: str, message: str, at: str) -> dict[str, object]:
    return {"involvedObject": {"uid": uid}, "message": message, "lastTimestamp": at}


def test_a_pod_that_waits_for_a_secret_says_for_which(cluster: ToldCluster) -> None:
    waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}], "phase": "Pending"}
    api = [workload("api", 2), pod("api", "api-1", ready=False, **waiting), pod("api", "api-2", ready=False, **waiting)]
    api[1]["metadata"]["uid"] = "1"
    cluster.say("prod", [*api, *healthy("collector")])
    volume = 'MountVolume.SetUp failed for volume "etc-planewatch-kubernetes-secrets" : '
    cluster.warn(
        unmounted("1", f"{volume}references non-existent secret key: password", "2026-11-30T10:00:09Z"),
        unmounted("1", f'{volume}secret "orders" not found', "2026-11-30T10:00:01Z"),
        unmounted("1", "Unable to attach or mount volumes: timed out", "2026-11-30T10:02:00Z"),
        unmounted("other", "another pod's", "2026-11-30T10:03:00Z"),
    )
    (fault,) = cluster.ask().faults
    assert fault == (
        "0 of 2 pods of api in planewatch-dev-prod are ready: api-1 (waits for its files: references non-existent"
        " secret key: password), api-2 (ContainerCreating)"
    )
    # Once for the objects, once for the events, which nobody who waits for nothing is asked for.
    assert cluster.looks == ["all", "all"]
