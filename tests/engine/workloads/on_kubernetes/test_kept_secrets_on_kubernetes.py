"""A workload that waits for somebody else's Secret: `up` says for which, and goes on once it is there."""

import json
import os

from delivery import look
from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import OnKubernetes
from tests.harness.waiting import wait_until

WAITING = """\
from components.kept import KeptFile, KubernetesSecret
password = KubernetesSecret(name="orders-db", key="password")
run(web("one", kept=(KeptFile(name="DB_PASSWORD", secret=password),)))
"""
FOLDER = "/etc/planewatch-kubernetes-secrets"


def faults(kubectl: Kubectl, instance: str) -> tuple[str, ...]:
    """Return what `planewatch up` would say of the zone."""
    command = [kubectl.program, "--kubeconfig", kubectl.kubeconfig, "--context", kubectl.context]
    seen = look.Kubectl(command=command, environment=os.environ, instance=instance).look([kubectl.namespace])
    return seen.faults


def test_pods_wait_for_a_secret_that_is_named(on_kubernetes: OnKubernetes, kubectl: Kubectl) -> None:
    instance = f"planewatch-{on_kubernetes.platform}"
    missing = 'secret "orders-db" not found'
    said = on_kubernetes.up(WAITING, fails=True)
    assert "FailedMount: MountVolume.SetUp failed for volume" in said
    assert missing in said
    (fault,) = faults(kubectl, instance)
    assert fault.startswith(f"0 of 1 pods of web in {kubectl.namespace} are ready: web-")
    assert fault.endswith(f"(waits for its files: {missing})")

    kubectl("create", "secret", "generic", "orders-db", "--from-literal=user=shop")
    # A new pod looks at once, one that is there up to two minutes later.
    kubectl("delete", "pods", "--all", "--now")
    wait_until(
        lambda: faults(kubectl, instance),
        lambda found: "(waits for its files: references non-existent secret key: password)" in "".join(found),
        within_s=60,
        what="the pod misses an entry",
    )

    kubectl("patch", "secret", "orders-db", "-p", json.dumps({"stringData": {"password": "hunter2"}}))
    kubectl("delete", "pods", "--all", "--now")
    on_kubernetes.up(WAITING)
    assert kubectl("exec", "deployment/web", "--", "/bin/busybox", "ls", FOLDER).split() == ["DB_PASSWORD"]
    assert kubectl("exec", "deployment/web", "--", "/bin/busybox", "cat", f"{FOLDER}/DB_PASSWORD") == "hunter2"
    assert faults(kubectl, instance) == ()
    on_kubernetes.unchanged()
