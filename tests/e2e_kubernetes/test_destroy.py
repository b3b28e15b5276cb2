"""``destroy`` leaves nothing behind but volumes that are to be kept, and what holds a deletion up is told."""

import json
from pathlib import Path
from typing import Any

from tests.cluster.kube import Kube
from tests.harness.deployers import deployer, documented_rules, kubeconfig, objects_of
from tests.harness.kubernetes import temporary_cluster_stack
from tests.harness.waiting import wait_until

SMALL = {"minimumReplicas": 1, "maximumReplicas": 1, "storeReplicas": 1}


def volumes(kube: Kube, namespaces: str) -> dict[str, dict[str, Any]]:
    """Return the volumes whose claims are in namespaces that begin so, by name."""
    found = json.loads(kube.run("get", "persistentvolumes", "-ojson"))["items"]
    return {
        item["metadata"]["name"]: item["spec"]
        for item in found
        if item["spec"].get("claimRef", {}).get("namespace", "").startswith(namespaces)
    }


def test_only_a_volume_to_be_kept_is_left_of_what_a_deployer_with_the_documented_rights_made(tmp_path: Path) -> None:
    with temporary_cluster_stack(tmp_path, ("prod",)) as (on_cluster, settings):
        stack, kube = on_cluster.stack, Kube(cluster=on_cluster.cluster, namespace="default")
        with deployer(on_cluster.cluster, documented_rules()) as (_, token, _):
            own = str(kubeconfig(on_cluster.cluster, tmp_path / "own", token=token))
            stack.up({**settings, "kubernetes": {**settings["kubernetes"], **SMALL, "kubeconfig": own}}).succeeded()
            kept, *others = sorted(volumes(kube, f"planewatch-{stack.name}-"))
            assert others
            kube.run("patch", f"persistentvolume/{kept}", "-p", '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}')
            try:
                stack.destroy().succeeded()
                assert objects_of(kube, stack.name) == []
                wait_until(
                    lambda: set(volumes(kube, f"planewatch-{stack.name}-")),
                    lambda left: left == {kept},
                    within_s=60,
                    what="the volumes that nobody keeps to go",
                )
            finally:
                kube.run("delete", f"persistentvolume/{kept}", "--ignore-not-found")


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
