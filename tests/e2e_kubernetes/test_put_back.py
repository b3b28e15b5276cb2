"""What was deleted or changed by hand on a cluster is found by one question per kind, named, and put back by `up`."""

import json

import pytest

from components import roles
from config.settings import CONTROL_ZONE
from delivery.inside import Inside
from delivery.summary import ask
from infra.platforms.kubernetes.naming import INSTANCE
from tests.deployments import Role
from tests.deployments.kubernetes import PLANES, REPLICAS, KubernetesDeployment
from tests.harness.waiting import wait_until

PLANE, OTHER = PLANES
_NO_UPDATE = "No changes: nothing to update."
_DIFFERS = "differs from the state: "


def kubectl(on_cluster: KubernetesDeployment, zone: str, *words: str) -> None:
    done = on_cluster.cluster.kubectl("-n", on_cluster.cluster.namespace(zone), *words)
    assert done.returncode == 0, done.stderr


def get(on_cluster: KubernetesDeployment, zone: str, what: str, path: str, *more: str) -> str:
    command = ("-n", on_cluster.cluster.namespace(zone), "get", what, *more, f"-ojsonpath={{{path}}}")
    found = on_cluster.cluster.kubectl(*command)
    assert found.returncode == 0, found.stderr
    return found.stdout


def patch(on_cluster: KubernetesDeployment, zone: str, what: str, kind: str, said: object) -> None:
    kubectl(on_cluster, zone, "patch", what, f"--type={kind}", "-p", json.dumps(said))


@pytest.fixture
def disturbed(on_cluster: KubernetesDeployment) -> KubernetesDeployment:
    """The stack, which the next test gets deployed again whatever happened."""
    on_cluster.changed = True
    return on_cluster


def test_what_was_deleted_or_changed_by_hand_is_named_and_put_back(disturbed: KubernetesDeployment) -> None:
    stack = disturbed
    names = {zone: stack.cluster.namespace(zone) for zone in (CONTROL_ZONE, *PLANES)}
    own = ("-l", f"{INSTANCE}={stack.naming.instance}")
    settings = get(stack, CONTROL_ZONE, "configmap", ".items[0].metadata.name", *own)
    key, text = next(iter(json.loads(get(stack, CONTROL_ZONE, f"configmap/{settings}", ".data")).items()))
    before = stack.running()

    kubectl(stack, PLANE, "delete", f"hpa/{roles.API}", f"service/{roles.API}")
    kubectl(stack, OTHER, "scale", f"deployment/{roles.API}", "--replicas=0")
    patch(stack, CONTROL_ZONE, f"configmap/{settings}", "merge", {"data": {key: f"{text}\n# by hand"}})
    patch(stack, OTHER, f"hpa/{roles.COLLECTOR}", "merge", {"spec": {"minReplicas": 1}})
    patch(stack, PLANE, "networkpolicy/default-deny", "json", [{"op": "add", "path": "/spec/ingress", "value": [{}]}])
    # What an autoscaler may do at any time.
    kubectl(stack, PLANE, "scale", f"deployment/{roles.COLLECTOR}", f"--replicas={REPLICAS + 1}")

    repaired = stack.stack.up().succeeded()
    assert sorted(line for line in repaired.text.splitlines() if line.startswith(_DIFFERS)) == sorted(
        f"{_DIFFERS}{told}"
        for told in (
            f"HorizontalPodAutoscaler {names[PLANE]}/{roles.API}: is gone",
            f"Service {names[PLANE]}/{roles.API}: is gone",
            f"Deployment {names[OTHER]}/{roles.API}: is scaled to 0, where no autoscaler brings it back",
            f"ConfigMap {names[CONTROL_ZONE]}/{settings}: data.{key} was changed",
            f"HorizontalPodAutoscaler {names[OTHER]}/{roles.COLLECTOR}: spec.minReplicas is 1, not {REPLICAS}",
            f"NetworkPolicy {names[PLANE]}/default-deny: spec grants what is not recorded",
        )
    )
    stack.figures.add("kubernetes: up that puts back six objects", repaired.seconds, "s")
    stack.wait_well()
    assert get(stack, PLANE, f"hpa/{roles.API}", ".spec.minReplicas") == str(REPLICAS)
    assert get(stack, PLANE, f"service/{roles.API}", ".spec.clusterIP")
    assert json.loads(get(stack, CONTROL_ZONE, f"configmap/{settings}", ".data"))[key] == text
    assert get(stack, OTHER, f"hpa/{roles.COLLECTOR}", ".spec.minReplicas") == str(REPLICAS)
    assert get(stack, PLANE, "networkpolicy/default-deny", ".spec.ingress") == ""
    # New pods are those of the workload that had none, and the collector that was added by hand.
    came = {pod.role for pod in stack.disturbed(before)}
    assert came <= {Role(zone=OTHER, name=roles.API), Role(zone=PLANE, name=roles.COLLECTOR)}

    again = stack.stack.up().succeeded()
    assert _DIFFERS not in again.text
    assert _NO_UPDATE in again.text
    stack.figures.add("kubernetes: up without a difference", again.seconds, "s")


def test_a_pod_that_no_node_takes_is_named_while_the_old_ones_serve(disturbed: KubernetesDeployment) -> None:
    stack, role = disturbed, f"deployment/{roles.API}"
    patch(stack, PLANE, role, "merge", {"spec": {"template": {"spec": {"nodeSelector": {"nowhere": "true"}}}}})
    inside = Inside(
        stack=stack.stack.name, outputs=stack.outputs, environment=stack.stack.workspace.kubectl_environment()
    )
    faults = wait_until(
        lambda: ask(stack.outputs, inside, within_s=0).faults, within_s=60, what="the pod waits", every_s=1
    )
    assert len(faults) == 1
    assert faults[0].startswith(f"pods of {roles.API} in {stack.cluster.namespace(PLANE)}: {roles.API}-")
    assert (
        "(waits for a node: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector" in faults[0]
    )
    patch(stack, PLANE, role, "json", [{"op": "remove", "path": "/spec/template/spec/nodeSelector/nowhere"}])
    stack.wait_well()
