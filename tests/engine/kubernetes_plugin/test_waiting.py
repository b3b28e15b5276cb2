"""Waiting: reasons of what does not become ready, repair by the next update, skipping, time limits, deletion."""

import time

import pytest

from tests.engine.kubernetes_plugin.harness import Kubectl, Project

pytestmark = pytest.mark.engine

BROKEN = """
def meta(name, space=NS, seconds="30", **more):
    return {"name": name, "namespace": space, "annotations": {"pulumi.com/timeoutSeconds": seconds, **more}}

def deploy(name, image=IMAGE, command=("sleep", "600"), space=NS, opts=None, **pod):
    labels = {"app": name}
    container = {"name": "main", "image": image, "command": ["/bin/busybox", *command]}
    # Without a probe a container is ready for the instant that it runs: only one that stays counts as available.
    return k8s.apps.v1.Deployment(name, metadata=meta(name, space), opts=opts, spec={"minReadySeconds": 2,
        "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels},
                     "spec": {"containers": [container], "terminationGracePeriodSeconds": 0, **pod}}})

full = k8s.core.v1.Namespace("full", metadata={"name": f"{NS}-full"})
quota = k8s.core.v1.ResourceQuota("quota", metadata=meta("none", f"{NS}-full"), spec={"hard": {"pods": 0}},
    opts=Options(depends_on=full))
"""
FAILING = (
    BROKEN
    + """
deploy("pull", image="nowhere.invalid/nothing:1")
deploy("crash", command=("sh", "-c", "echo first words; echo last words >&2; exit 3"))
deploy("place", nodeSelector={"disk": "golden"})
deploy("full", space=f"{NS}-full", opts=Options(depends_on=quota))
k8s.core.v1.Service("nobody", metadata=meta("nobody"), spec={"selector": {"app": "no-such"}, "ports": [{"port": 80}]})
k8s.core.v1.PersistentVolumeClaim("class", metadata=meta("class"), spec={"storageClassName": "golden",
    "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}})
k8s.batch.v1.Job("job", metadata=meta("job"), spec={"backoffLimit": 0, "template": {"spec": {
    "restartPolicy": "Never", "containers": [{"name": "main", "image": IMAGE,
    "command": ["/bin/busybox", "sh", "-c", "echo no luck; exit 4"]}]}}})
"""
)
REPAIRED = (
    BROKEN
    + """
deploy("pull")
deploy("crash")
deploy("place")
"""
)


def test_what_does_not_become_ready_says_why_and_the_next_update_repairs_it(project: Project, kubectl: Kubectl) -> None:
    output = project.up(FAILING, fails=True)
    space = project.namespace
    for words in (
        f"Deployment {space}/pull is not ready after 30 s: 0 of 1 replicas are available",
        'ErrImagePull: failed to pull and unpack image "nowhere.invalid/nothing:1"',
        "ended with code 3 (Error)",
        "log of main: last words",
        "unschedulable: 0/1 nodes are available",
        "exceeded quota: none",
        f"Service {space}/nobody is not ready after 30 s: it has no endpoints: no pod carries its selector app=no-such",
        "there is no storage class golden",
        f"Job {space}/job is not ready: the job failed: BackoffLimitExceeded",
        "log of main: no luck",
    ):
        assert words in output, words
    state = project.state()
    assert state["pull"]["initErrors"]
    assert state["pull"]["id"] == f"{space}/pull"
    # Nothing in the program changes, yet what failed is tried again.
    assert project.steps()["pull"]["op"] == "update"

    project.up(REPAIRED)
    assert not project.state()["pull"].get("initErrors")
    assert kubectl.get("deployment", "crash")["status"]["availableReplicas"] == 1
    project.unchanged()


def test_not_waiting_and_time_limits(project: Project, kubectl: Kubectl) -> None:
    began = time.monotonic()
    program = """
    def deploy(name, opts=None, **annotations):
        return k8s.apps.v1.Deployment(name, opts=opts,
            metadata={"name": name, "namespace": NS, "annotations": annotations},
            spec={"selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "nowhere.invalid/nothing:1"}]}}})
    deploy("skipped", **{"pulumi.com/skipAwait": "true"})
    deploy("limited", opts=Options(custom_timeouts=pulumi.CustomTimeouts(create="3s")))
    k8s.apps.v1.StatefulSet("kept", opts=Options(custom_timeouts=pulumi.CustomTimeouts(create="20s")),
        metadata={"name": "kept", "namespace": NS}, spec={"serviceName": "kept",
            "selector": {"matchLabels": {"app": "kept"}}, "template": {"metadata": {"labels": {"app": "kept"}},
                "spec": {"containers": [{"name": "main", "image": "nowhere.invalid/nothing:1"}]}}})
    """
    output = project.up(program, fails=True)
    assert "/limited is not ready after 3 s" in output
    assert "/kept is not ready after 20 s: 0 of 1 replicas are ready" in output
    assert 'failed to pull and unpack image "nowhere.invalid/nothing:1"' in output.partition("/kept is not ready")[2]
    assert "/skipped is not ready" not in output
    assert time.monotonic() - began < 60
    assert sorted(kubectl.names("deployments")) == ["limited", "skipped"]
    assert kubectl.names("statefulsets") == ["kept"]


def test_deletion_names_what_holds_it(project: Project, kubectl: Kubectl) -> None:
    project.up("""
    k8s.core.v1.ConfigMap("held", metadata={"name": "held", "namespace": NS, "finalizers": ["example.com/hold"],
        "annotations": {"pulumi.com/timeoutSeconds": "2"}})
    k8s.apps.v1.Deployment("left", metadata={"name": "left", "namespace": NS,
        "annotations": {"pulumi.com/deletionPropagationPolicy": "orphan"}},
        spec={"replicas": 0, "selector": {"matchLabels": {"a": "left"}}, "template": {
              "metadata": {"labels": {"a": "left"}}, "spec": {"containers": [{"name": "main", "image": IMAGE}]}}})
    """)
    output = project.destroy(fails=True)
    assert "is still there 2 s after it was deleted: its finalizers example.com/hold hold it" in output
    kubectl("patch", "configmap", "held", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    project.destroy()
    assert kubectl.names("deployments") == []
    assert len(kubectl.names("replicasets")) == 1


def test_own_conditions_are_waited_for(project: Project, kubectl: Kubectl) -> None:
    output = project.up(
        """
        k8s.core.v1.ConfigMap("a", metadata={"name": "a", "namespace": NS, "annotations": {
            "pulumi.com/waitFor": "jsonpath={.data.done}=yes", "pulumi.com/timeoutSeconds": "1"}}, data={"done": "no"})
        """,
        fails=True,
    )
    assert "it waits for jsonpath={.data.done}=yes" in output
    kubectl("patch", "configmap", "a", "--type=merge", "-p", '{"data": {"done": "yes"}}')
    project.run("refresh", "--yes", "--skip-preview")
