"""Rights of a workload at a real API server: what it declares, for its account alone."""

import json

import pytest

from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import OnKubernetes

BOTH = """\
pods = ApiRight(resources=("pods",), verbs=("list",))
namespaces = ApiRight(resources=("namespaces",), verbs=("get",), cluster_wide=True)
run(web("one", rights=(pods, namespaces)))
run(replace(web("other"), role="other"))
"""
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


def may(kubectl: Kubectl, role: str, verb: str, resource: str, namespace: str) -> bool:
    """Ask the API server whether a workload's account may do something in a namespace."""
    asked = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{kubectl.namespace}:{role}",
            "resourceAttributes": {"verb": verb, "resource": resource, "namespace": namespace},
        },
    }
    answer = json.loads(kubectl("create", "-f-", "-ojson", stdin=json.dumps(asked)))
    return bool(answer["status"]["allowed"])


def test_a_workload_may_do_what_it_declares_and_nobody_else(on_kubernetes: OnKubernetes, kubectl: Kubectl) -> None:
    on_kubernetes.up(BOTH)
    here = kubectl.namespace
    assert may(kubectl, "web", "list", "pods", here)
    assert may(kubectl, "web", "get", "namespaces", "default")
    for verb, resource, namespace in (
        ("list", "pods", "default"),
        ("delete", "pods", here),
        ("list", "secrets", here),
        ("list", "namespaces", ""),
    ):
        assert not may(kubectl, "web", verb, resource, namespace), (verb, resource, namespace)
    assert not may(kubectl, "other", "list", "pods", here)
    assert kubectl("exec", "deployment/web", "--", "/bin/busybox", "wc", "-l", TOKEN)
    with pytest.raises(AssertionError, match="No such file"):
        kubectl("exec", "deployment/other", "--", "/bin/busybox", "wc", "-l", TOKEN)
    on_kubernetes.unchanged()
    # Taken back, nothing is left of it, in the cluster neither.
    on_kubernetes.up('run(web("one"))')
    assert not may(kubectl, "web", "list", "pods", here)
    assert not [name for name in kubectl.names("clusterroles") if name.startswith(here)]
