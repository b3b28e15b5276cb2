"""Versions of a workload side by side on a real cluster: the Service leads to one, and moves once another is ready."""

import httpx

from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import PORT, OnKubernetes
from tests.harness.kubernetes import forwarded
from toolchain.cluster import Cluster


def said(cluster: Cluster, project: OnKubernetes) -> str:
    with forwarded(cluster, project.namespace, "web", PORT) as local:
        return httpx.get(f"http://127.0.0.1:{local}/", trust_env=False, timeout=10).text


def pods(kubectl: Kubectl, version: str) -> set[str]:
    """Return the pods of a version that are not going."""
    found = kubectl.get("pods", "-l", f"app.kubernetes.io/name={version}")["items"]
    return {each["metadata"]["uid"] for each in found if "deletionTimestamp" not in each["metadata"]}


def test_the_service_leads_to_one_version_and_moves_to_another(
    on_kubernetes: OnKubernetes, cluster: Cluster, kubectl: Kubectl
) -> None:
    on_kubernetes.up('run(web("plain"))')
    assert said(cluster, on_kubernetes) == "plain"
    assert kubectl.names("deployments") == ["web"]

    # From a workload without a revision to one with: the new one stands beside it, then the old one goes.
    on_kubernetes.up('run(web("one", revision="v1"))')
    assert said(cluster, on_kubernetes) == "one"
    assert kubectl.names("deployments") == ["web-v1"]
    first = pods(kubectl, "web-v1")

    on_kubernetes.up('run(web("two", revision="v2", beside=(web("one", revision="v1"),)))')
    assert said(cluster, on_kubernetes) == "two"
    assert kubectl.names("deployments") == ["web-v1", "web-v2"]
    assert pods(kubectl, "web-v1") == first
    second = pods(kubectl, "web-v2")

    on_kubernetes.up('run(web("one", revision="v1", beside=(web("two", revision="v2"),)))')
    assert said(cluster, on_kubernetes) == "one"
    assert (pods(kubectl, "web-v1"), pods(kubectl, "web-v2")) == (first, second)
    on_kubernetes.unchanged()


def test_a_version_that_does_not_start_takes_no_traffic(
    on_kubernetes: OnKubernetes, cluster: Cluster, kubectl: Kubectl
) -> None:
    on_kubernetes.up('run(web("one", revision="v1"))')
    told = on_kubernetes.up('run(replace(web("two", revision="v2"), command=("/bin/busybox", "false")))', fails=True)
    assert "web-v2" in told
    assert kubectl.names("deployments") == ["web-v1", "web-v2"]
    assert said(cluster, on_kubernetes) == "one"
