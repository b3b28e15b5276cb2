"""What would stop a stack on its cluster is told before anything is made; what admission refuses, with its object."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import toolchain.cluster
from tests.cluster.kube import Kube
from tests.harness.deployers import deployer, documented_rules, kubeconfig, objects_of, without
from tests.harness.kubernetes import cluster_settings
from tests.harness.ports import free_port
from tests.harness.pulumi import PulumiStack, Run, stack_name
from tests.harness.settings import Settings
from tests.harness.waiting import wait_until
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return toolchain.cluster.up(Cache.of(os.environ))


@pytest.fixture
def kube(cluster: Cluster) -> Kube:
    return Kube(cluster=cluster, namespace="default")


@pytest.fixture
def stack(tmp_path: Path, cluster: Cluster) -> Iterator[PulumiStack]:
    """A stack that must never get as far as making anything."""
    made = PulumiStack(name=stack_name("guard"), folder=tmp_path)
    made.write(cluster_settings(cluster, ("prod",)))
    made.select()
    yield made
    made.destroy().succeeded()


def said(cluster: Cluster, **kubernetes: Any) -> Settings:
    """Return good settings with other ones below ``kubernetes``."""
    good = cluster_settings(cluster, ("dev", "prod"))
    return {**good, "kubernetes": {**good["kubernetes"], **kubernetes}}


def refused(stack: PulumiStack, run: Run, *says: str) -> None:
    """Assert one clear end, and that the stack has nothing but its own name."""
    run.failed()
    for words in says:
        assert words in run.text
    assert "Traceback" not in run.text
    state = json.loads(stack.pulumi("stack", "export").succeeded().text)["deployment"].get("resources", [])
    assert {entry["type"] for entry in state} <= {"pulumi:pulumi:Stack"}


def test_a_server_out_of_reach_is_reported_with_address_and_reason(
    stack: PulumiStack, cluster: Cluster, kube: Kube, tmp_path: Path
) -> None:
    closed = free_port()
    dead = kubeconfig(cluster, tmp_path / "dead", token="x", server=f"https://127.0.0.1:{closed}")
    stranger = kubeconfig(cluster, tmp_path / "stranger", token="nobody")
    place = f"stacks/Pulumi.{stack.name}.yaml: planewatch:kubernetes.context"
    run = stack.up(said(cluster, context="nope"))
    refused(stack, run, f"{place}: kubeconfig ", f" has no context nope; it has {cluster.context}")
    run = stack.up(said(cluster, kubeconfig=str(dead)))
    refused(stack, run, f"cannot reach the Kubernetes API server https://127.0.0.1:{closed}", "Connection refused")
    run = stack.up(said(cluster, kubeconfig=str(stranger)))
    refused(stack, run, "the API server rejected the kubeconfig's credentials")
    assert objects_of(kube, stack.name) == []


def test_every_fault_of_a_cluster_is_reported_at_once(
    stack: PulumiStack, cluster: Cluster, kube: Kube, tmp_path: Path
) -> None:
    theirs, ours = (f"planewatch-{stack.name}-{zone}" for zone in ("prod", "dev"))
    labels = {
        "app.kubernetes.io/instance": f"planewatch-{stack.name}",
        "app.kubernetes.io/managed-by": "pulumi",
        "planewatch.dev/zone": "dev",
    }
    namespace = {"apiVersion": "v1", "kind": "Namespace"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "spec": {"hard": {"pods": "1", "requests.cpu": "1"}}}
    rules = without(without(documented_rules(), "deployments", "patch"), "namespaces", "create")
    kube.apply(
        {**namespace, "metadata": {"name": theirs, "labels": {"owner": "billing"}}},
        {**namespace, "metadata": {"name": ours, "labels": labels}},
    )
    try:
        Kube(cluster=cluster, namespace=ours).apply({**quota, "metadata": {"name": "frugal"}})
        with deployer(cluster, rules) as (user, token, _):
            settings = said(
                cluster,
                kubeconfig=str(kubeconfig(cluster, tmp_path / "weak", token=token)),
                storageClass="fast",
                priorityClasses={"dataPlanes": "gold"},
                maximumReplicas=30,
            )
            run = stack.up(settings)
        lacks = f"user {user} lacks permission to"
        zones = ", ".join(f"planewatch-{stack.name}-{zone}" for zone in ("dev", "prod", "control"))
        refused(
            stack,
            run,
            f"{lacks} create namespaces at cluster scope (RBAC)",
            f"{lacks} patch deployments (apps) in namespaces {zones} (RBAC)",
            f"namespace {theirs} exists but does not belong to this stack (labels: ",
            "owner=billing",
            "planewatch:kubernetes.storageClass is 'fast', but the cluster has no such storage class (available: ",
            "planewatch:kubernetes.priorityClasses.dataPlanes is 'gold', but the cluster has no such priority class",
            "plane dev needs pods 62 (quota: 50)",
            f"ResourceQuota frugal in namespace {ours} (not this stack's) is too small: the zone needs pods 6",
        )
        told = run.text.partition("Diagnostics:")[2]
        assert told.count("lacks permission") == 2, "what is granted is no fault, and a fault is told once"
        assert objects_of(kube, stack.name) == [f"namespace/{ours}"]
    finally:
        kube.run("delete", "namespace", theirs, ours, "--wait=false")


def test_what_admission_refuses_is_reported_with_object_and_reason(
    stack: PulumiStack, cluster: Cluster, kube: Kube
) -> None:
    name = f"{stack.name}-costs"
    admission = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": name}}
    instance = {"matchLabels": {"app.kubernetes.io/instance": f"planewatch-{stack.name}"}}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["namespaces"]}
    kube.apply(
        {
            **admission,
            "kind": "ValidatingAdmissionPolicy",
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule], "objectSelector": instance},
                "validations": [{"expression": "'cost-centre' in object.metadata.labels", "message": "who pays?"}],
            },
        },
        {
            **admission,
            "kind": "ValidatingAdmissionPolicyBinding",
            "spec": {"policyName": name, "validationActions": ["Deny"]},
        },
    )
    probe = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": instance["matchLabels"]}}
    try:
        wait_until(
            lambda: kube.try_run("create", "--dry-run=server", "-f-", given=json.dumps(probe)).stderr,
            lambda refusal: "who pays?" in refusal,
            within_s=60,
            what="the policy in force",
        )
        run = stack.up(said(cluster)).failed()
        # Namespaces are made at the same time; the first that is refused ends the update, whichever that is.
        assert re.search(rf"cannot apply Namespace planewatch-{stack.name}-\w+: .*who pays\?", run.text), run.text
        assert objects_of(kube, stack.name) == []
    finally:
        kube.run("delete", f"validatingadmissionpolicy/{name}", f"validatingadmissionpolicybinding/{name}")
