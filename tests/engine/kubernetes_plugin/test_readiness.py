"""Judging status objects: what is ready, what is not yet, what never will be, and the reasons in a pod's status."""

from collections.abc import Callable

import pytest

from toolchain.standins.kubernetes import connected, readiness
from toolchain.standins.kubernetes.readiness import Verdict
from toolchain.standins.kubernetes.reasons import label_selector, pod_reasons
from toolchain.standins.kubernetes.refusals import explain
from toolchain.standins.servicer.values import Props, Value


def workload(spec: Props, status: Props, generation: int = 2) -> Props:
    return {"metadata": {"generation": generation}, "spec": spec, "status": {"observedGeneration": 2, **status}}


def conditions(**kinds: str) -> Value:
    return [{"type": kind, "status": status, "message": "why", "reason": "R"} for kind, status in kinds.items()]


ROLLED: Props = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}


@pytest.mark.parametrize(
    ("judge", "live", "word"),
    [
        (readiness.deployment, workload({"replicas": 2}, ROLLED), "ready"),
        (readiness.deployment, workload({"replicas": 2}, ROLLED, generation=3), "controller"),
        (readiness.deployment, workload({"replicas": 3}, ROLLED), "2 of 3"),
        (readiness.deployment, workload({"replicas": 2}, {**ROLLED, "replicas": 3}), "1 old"),
        (readiness.deployment, workload({"replicas": 2}, {**ROLLED, "availableReplicas": 1}), "1 of 2"),
        (readiness.deployment, workload({"replicas": 0}, {}), "ready"),
        (readiness.deployment, workload({"paused": True}, {}), "ready"),
        (readiness.stateful_set, workload({"replicas": 2}, {**ROLLED, "updateRevision": "b"}), "newest revision"),
        (readiness.stateful_set, workload({"replicas": 2}, ROLLED), "ready"),
        (readiness.stateful_set, workload({"replicas": 2}, {**ROLLED, "updatedReplicas": 1}), "1 of 2"),
        (readiness.daemon_set, workload({}, {"desiredNumberScheduled": 1}), "0 of 1 pods are updated"),
        (
            readiness.daemon_set,
            workload({}, {"desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1}),
            "ready",
        ),
        (readiness.pod, {"status": {"phase": "Pending"}}, "Pending"),
        (readiness.pod, {"status": {"phase": "Running", "conditions": conditions(Ready="True")}}, "ready"),
        (readiness.pod, {"status": {"phase": "Failed", "reason": "Evicted"}}, "failed: it failed: Evicted"),
        (readiness.job, {"spec": {}, "status": {"conditions": conditions(Failed="True")}}, "failed: the job failed"),
        (readiness.job, {"spec": {}, "status": {"conditions": conditions(Complete="True")}}, "ready"),
        (readiness.job, {"spec": {}, "status": {"failed": 1}}, "1 failed"),
        (readiness.namespace, {"status": {"phase": "Active"}}, "ready"),
        (readiness.namespace, {"status": {"phase": "Terminating"}}, "failed: it is terminating"),
        (readiness.definition, {"status": {"conditions": conditions(NamesAccepted="False")}}, "failed: its names"),
        (readiness.definition, {"status": {"conditions": conditions(Established="True")}}, "ready"),
        (readiness.quota, {"spec": {"hard": {"pods": "1"}}, "status": {"hard": {"pods": "1"}}}, "ready"),
        (readiness.quota, {"spec": {"hard": {"pods": "1"}}}, "not accepted it"),
    ],
)
def test_verdicts(judge: Callable[[Props], Verdict], live: Props, word: str) -> None:
    verdict = judge(live)
    said = "ready" if verdict.ready else f"failed: {verdict.message}" if verdict.failed else verdict.message
    assert word in said


def test_a_stuck_rollout_has_failed_for_good() -> None:
    stuck: Value = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "m"}
    assert readiness.deployment(workload({"replicas": 1}, {"conditions": [stuck]})).failed


def test_a_refused_pod_shows_in_the_deployment_s_message() -> None:
    refused: Value = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: q"}
    verdict = readiness.deployment(workload({"replicas": 1}, {"conditions": [refused]}))
    assert not verdict.failed
    assert "exceeded quota: q" in verdict.message


def test_own_conditions() -> None:
    live: Props = {
        "metadata": {"annotations": {connected.WAIT_FOR: '["condition=Synced", "jsonpath={.status.phase}=Done"]'}},
        "status": {"phase": "Done", "conditions": conditions(Synced="False")},
    }
    wanted = connected.own_conditions(live)
    assert connected.own(live, wanted).message == "it waits for condition=Synced"
    live["status"] = {"phase": "Done", "conditions": conditions(Synced="True")}
    assert connected.own(live, wanted).ready


def test_reasons_of_a_pod() -> None:
    crash: Props = {
        "name": "app",
        "ready": False,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}},
        "lastState": {"terminated": {"exitCode": 3, "reason": "Error"}},
    }
    pull: Props = {"name": "side", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}
    start: Props = {"name": "new", "state": {"waiting": {"reason": "ContainerCreating"}}}
    assert pod_reasons({"status": {"containerStatuses": [crash, pull, start]}}) == [
        "container app: CrashLoopBackOff: back-off 10s; ended with code 3 (Error)",
        "container side: ErrImagePull: not found",
    ]
    # At any moment of a crash loop its end is told: also while the container starts, or runs for an instant.
    moments: list[Props] = [{"running": {}}, {"waiting": {"reason": "ContainerCreating"}}]
    for moment in moments:
        again: Props = {**crash, "ready": "running" in moment, "state": moment}
        found = pod_reasons({"status": {"containerStatuses": [again]}})
        assert found == ["container app: starts again; ended with code 3 (Error)"]
    unplaced: Value = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}
    assert pod_reasons({"status": {"conditions": [unplaced]}}) == ["unschedulable: 0/1 nodes are available"]


def test_selectors_as_queries() -> None:
    selector: Props = {
        "matchLabels": {"a": "b"},
        "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["d", "e"]},
            {"key": "f", "operator": "DoesNotExist"},
        ],
    }
    assert label_selector(selector) == "a=b,c in (d,e),!f"


def test_a_missing_right_names_verb_resource_and_place() -> None:
    status: Props = {
        "reason": "Forbidden",
        "message": 'deployments.apps is forbidden: User "system:serviceaccount:a:b" cannot create resource '
        '"deployments" in API group "apps" in the namespace "plane"',
    }
    assert explain(403, status, "create Deployment plane/api") == (
        "cannot create Deployment plane/api: user system:serviceaccount:a:b lacks permission to create deployments "
        "(apps) in namespace plane (RBAC)"
    )


def test_a_conflict_names_managers_and_fields() -> None:
    cause: Value = {"reason": "FieldManagerConflict", "message": 'conflict with "kubectl" using v1', "field": ".data.a"}
    said = explain(409, {"reason": "Conflict", "details": {"causes": [cause]}}, "apply ConfigMap x/y")
    assert "data.a is managed by kubectl" in said
