"""`destroy` reports what delays a deletion. ``test_edge.py`` shows that it leaves nothing else behind."""

from pathlib import Path

from tests.cluster.kube import Kube
from tests.harness.kubernetes import temporary_cluster_stack
from tests.harness.waiting import wait_until


def test_a_namespace_that_an_unavailable_api_holds_is_reported_with_the_reason(tmp_path: Path) -> None:
    with temporary_cluster_stack(tmp_path, ("prod",)) as (on_cluster, _):
        stack, kube = on_cluster.stack, Kube(cluster=on_cluster.cluster, namespace="default")
        name, group = f"planewatch-{stack.name}-prod", f"{stack.name}.example.com"
        labels = {
            "app.kubernetes.io/instance": f"planewatch-{stack.name}",
            "app.kubernetes.io/managed-by": "pulumi",
            "planewatch.dev/zone": "prod",
        }
        service = {"name": "nowhere", "namespace": "default", "port": 443}
        kube.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}},
            {
                "apiVersion": "apiregistration.k8s.io/v1",
                "kind": "APIService",
                "metadata": {"name": f"v1.{group}"},
                "spec": {
                    "group": group,
                    "version": "v1",
                    "groupPriorityMinimum": 100,
                    "versionPriority": 100,
                    "insecureSkipTLSVerify": True,
                    "service": service,
                },
            },
        )
        try:
            kube.run("delete", "namespace", name, "--wait=false")
            wait_until(
                lambda: kube.try_run("get", "namespace", name, "-ojson").stdout,
                lambda text: "DiscoveryFailed" in text,
                within_s=60,
                what="the namespace to be held up",
            )
            run = stack.preview().failed()
            assert f"namespace {name} is being deleted (Discovery failed" in run.text
            assert f"{group}/v1" in run.text
        finally:
            kube.run("delete", f"apiservice/v1.{group}")
        kube.run("wait", "--for=delete", f"namespace/{name}", "--timeout=60s")
