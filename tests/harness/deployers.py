"""Users of a cluster with the rights that a test gives them, kubeconfigs to show up as them, and what they made."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from tests.cluster.kube import Kube, own_namespace
from tests.harness.pulumi import ROOT
from toolchain.cluster import Cluster

Rule = dict[str, Any]


def documented_rules() -> list[Rule]:
    """Return the rules that the documentation tells a cluster's administrator to give."""
    role = yaml.safe_load((ROOT / "docs" / "kubernetes-deployer.yaml").read_text())
    assert role["kind"] == "ClusterRole"
    rules: list[Rule] = role["rules"]
    return rules


def without(rules: list[Rule], resource: str, verb: str) -> list[Rule]:
    """Return the rules without one verb on one resource."""
    found = []
    for rule in rules:
        if resource in rule["resources"] and verb in rule["verbs"]:
            others = [entry for entry in rule["resources"] if entry != resource]
            found.append(
                {**rule, "resources": [resource], "verbs": [entry for entry in rule["verbs"] if entry != verb]}
            )
            found.extend([{**rule, "resources": others}] if others else [])
        else:
            found.append(rule)
    return found


@contextmanager
def deployer(cluster: Cluster, rules: list[Rule]) -> Iterator[tuple[str, str, Kube]]:
    """Make a user with these rights in the whole cluster; gives its name, a token of its, and the administrator."""
    name = f"guard-{uuid4().hex[:8]}"
    metadata = {"name": name}
    with own_namespace(cluster) as kube:
        subject = {"kind": "ServiceAccount", "name": name, "namespace": kube.namespace}
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
        authorization = "rbac.authorization.k8s.io/v1"
        kube.apply(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**metadata, "namespace": kube.namespace}},
            {"apiVersion": authorization, "kind": "ClusterRole", "metadata": metadata, "rules": rules},
            {
                "apiVersion": authorization,
                "kind": "ClusterRoleBinding",
                "metadata": metadata,
                "roleRef": reference,
                "subjects": [subject],
            },
        )
        try:
            yield f"system:serviceaccount:{kube.namespace}:{name}", kube.run("create", "token", name).strip(), kube
        finally:
            kube.run("delete", f"clusterrole/{name}", f"clusterrolebinding/{name}")


def kubeconfig(cluster: Cluster, file: Path, *, token: str, server: str | None = None) -> Path:
    """Write a kubeconfig with one context, called as the cluster's, for who has the token; returns its file."""
    document = yaml.safe_load(Path(cluster.kubeconfig).read_text())
    found = next(entry["cluster"] for entry in document["clusters"] if entry["name"] == cluster.context)
    file.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": cluster.context,
                "contexts": [{"name": cluster.context, "context": {"cluster": "one", "user": "one"}}],
                "clusters": [{"name": "one", "cluster": {**found, **({"server": server} if server else {})}}],
                "users": [{"name": "one", "user": {"token": token}}],
            }
        )
    )
    return file


def objects_of(kube: Kube, stack: str) -> list[str]:
    """Return ``kind/name`` of everything on the cluster that carries the stack's label, whatever its kind."""
    kinds = kube.run("api-resources", "--verbs=list,delete", "-oname").split()
    # Counting nodes' and pods' use is asked of another server, and other tests' definitions come and go: nothing there
    # can be a stack's.
    own = ",".join(kind for kind in kinds if not kind.endswith(("metrics.k8s.io", ".example.com")))
    selector = f"app.kubernetes.io/instance=planewatch-{stack}"
    return kube.run("get", own, "--all-namespaces", f"--selector={selector}", "-oname", "--ignore-not-found").split()


def volumes(kube: Kube, namespaces: str) -> dict[str, dict[str, Any]]:
    """Return the volumes whose claims are in namespaces that begin so, by name."""
    found = json.loads(kube.run("get", "persistentvolumes", "-ojson"))["items"]
    return {
        item["metadata"]["name"]: item["spec"]
        for item in found
        if item["spec"].get("claimRef", {}).get("namespace", "").startswith(namespaces)
    }
