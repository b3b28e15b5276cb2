"""A workload on each node of a real cluster."""

import httpx

from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import PORT, OnKubernetes
from tests.harness.kubernetes import forwarded
from toolchain.cluster import Cluster


def test_one_runs_on_each_node_and_is_reached_by_its_name(
    on_kubernetes: OnKubernetes, cluster: Cluster, kubectl: Kubectl
) -> None:
    on_kubernetes.up('run(web("one", placement=OnePerNode()))')
    nodes = kubectl.names("nodes")
    status = kubectl.get("daemonset/web")["status"]
    assert (status["desiredNumberScheduled"], status["numberReady"]) == (len(nodes), len(nodes))
    pods = kubectl.get("pods", "-l", "app.kubernetes.io/name=web")["items"]
    assert sorted(pod["spec"]["nodeName"] for pod in pods) == sorted(nodes)
    with forwarded(cluster, on_kubernetes.namespace, "web", PORT) as local:
        assert httpx.get(f"http://127.0.0.1:{local}/", trust_env=False, timeout=10).text == "one"
    on_kubernetes.unchanged()
