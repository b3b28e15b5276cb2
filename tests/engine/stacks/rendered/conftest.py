import os
from collections.abc import Mapping
from typing import Any

import pytest

import toolchain.cluster
from tests.engine.stacks.rendered.manifests import Manifest, manifests
from tests.engine.stacks.test_golden import settings_of
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

_LOGIN = {"nginx.ingress.kubernetes.io/auth-url": "https://login.example.com/oauth2/auth"}
# Everything that a stack may say about its objects, beside the stack `dev` as it is.
_CHOSEN: dict[str, Any] = {
    "minimumReplicas": 2,
    "maximumReplicas": 2,
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "value": "metrics", "effect": "NoSchedule"}],
    "labels": {"team": "observability"},
    "annotations": {"example.com/owner": "observability"},
    # A controller of some name: what is asked here is whether the objects are well-formed, not whether they are served.
    "ingress": {"domain": "watch.example.com", "controllerNamespace": "kube-system", "consoleAnnotations": _LOGIN},
}


# What leaves a workload, and who calls another.
_WORKLOADS: dict[str, Any] = {
    "api": {"egress": [{}, {"ports": [5432, 5433], "cidrs": ["10.2.0.0/16", "0.0.0.0/0"]}]},
    "worker": {"callers": ["api"]},
}


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    # A preview asks the API server whether it would take each object.
    return toolchain.cluster.up(Cache.of(os.environ))


@pytest.fixture(scope="session")
def rendered(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Manifest, ...]]:
    """The objects of the stack `dev`, as it is and with every choice made, by the name of the variant."""
    found = {}
    for variant, changes in (("dev", {}), ("chosen", _CHOSEN)):
        settings = settings_of(ROOT / "stacks" / "Pulumi.dev.yaml")
        where = {"context": cluster.context, "kubeconfig": str(cluster.kubeconfig)}
        settings["kubernetes"] = {**settings["kubernetes"], **where, **changes}
        if changes:
            settings["controlPlane"]["console"] = {"authentication": "oauth2-proxy"}
            next(iter(settings["dataPlanes"].values()))["workloads"] = _WORKLOADS
        stack = PulumiStack(name=stack_name("judge"), folder=tmp_path_factory.mktemp(variant))
        stack.write(settings)
        stack.select()
        if changes:
            stack.set_secret("alertWebhookUrl", "https://hooks.example.com:8443/hook")
        found[variant] = manifests(stack)
    return found


@pytest.fixture(scope="session")
def objects(rendered: Mapping[str, tuple[Manifest, ...]]) -> tuple[Manifest, ...]:
    """The objects of every variant; the variants are stacks of their own, so no two are the same."""
    return tuple(one for variant in rendered.values() for one in variant)
