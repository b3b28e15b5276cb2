"""The real Prometheus Operator on the test cluster, for one stack's objects, gone without a trace afterwards."""

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from tests.harness.kubernetes import OnCluster
from tests.servers import prometheus_operator
from toolchain import cluster
from toolchain.obtain import engine
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError

# Of several operators on a cluster each takes the objects that carry its own id.
_ID = "operator.prometheus.io/controller-id"
_GROUP = "monitoring.coreos.com"
_START_S = 120
# What its part for Prometheus watches; its other parts stay off without theirs.
_WATCHED = ("podmonitors", "probes", "prometheuses", "prometheusrules", "servicemonitors")


@dataclass(frozen=True, kw_only=True)
class Operator:
    """An operator that runs in ``name``, a namespace of its own, and takes what carries ``annotations``."""

    name: str

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations of objects that are for this operator alone."""
        return {_ID: self.name}


@contextmanager
def running(stack: OnCluster, cache: Cache) -> Iterator[Operator]:
    """Run an operator with its own manifests; definitions that were there before stay as they are."""
    folder = prometheus_operator.manifests(cache, print)
    _load_images(stack, cache)
    operator = Operator(name=f"planewatch-operator-{uuid4().hex[:6]}")
    there = _run(stack, "get", "crd", "-oname")
    crds = {kind: _definition(folder, kind) for kind in _WATCHED if f"/{kind}.{_GROUP}" not in there}
    objects = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": operator.name}},
        *(_own(yaml.safe_load(file.read_text()), operator) for file in _manifests(folder)),
    ]
    try:
        for path in crds.values():
            # What a client-side apply would keep as an annotation is larger than an annotation may be.
            _run(stack, "apply", "--server-side", f"-f{path}")
        if crds:
            # The operator ends when it starts before they are served.
            names = (f"crd/{kind}.{_GROUP}" for kind in crds)
            _run(stack, "wait", "--for=condition=Established", f"--timeout={_START_S}s", *names)
        for item in objects:
            _run(stack, "apply", "-f-", given=item)
        _run(stack, "-n", operator.name, "rollout", "status", "deployment", f"--timeout={_START_S}s")
        yield operator
    finally:
        for item in reversed(objects):
            _run(stack, "delete", "--ignore-not-found", "-f-", given=item)
        if crds:
            _run(stack, "delete", "--ignore-not-found", "crd", *(f"{kind}.{_GROUP}" for kind in crds))


def _definition(folder: Path, kind: str) -> Path:
    return folder / prometheus_operator.CRDS / f"{_GROUP}_{kind}.yaml"


def _manifests(folder: Path) -> Iterator[Path]:
    kinds = ("cluster-role", "cluster-role-binding", "deployment", "service-account")
    for kind in kinds:
        yield folder / prometheus_operator.RBAC / f"prometheus-operator-{kind}.yaml"


def _own(item: dict[str, Any], operator: Operator) -> dict[str, Any]:
    """Make one of the operator's manifests this operator's: names in the cluster, namespace, images, arguments."""
    if item["kind"].startswith("Cluster"):
        item["metadata"]["name"] = operator.name
    else:
        item["metadata"]["namespace"] = operator.name
    if item["kind"] == "ClusterRoleBinding":
        item["roleRef"]["name"] = operator.name
        item["subjects"][0]["namespace"] = operator.name
    if item["kind"] == "Deployment":
        (container,) = item["spec"]["template"]["spec"]["containers"]
        container["image"] = prometheus_operator.OPERATOR
        container["args"] = [
            f"--prometheus-config-reloader={prometheus_operator.RELOADER}",
            f"--controller-id={operator.name}",
        ]
    return item


def _load_images(stack: OnCluster, cache: Cache) -> None:
    found, attempts = engine.find(cache, os.environ)
    if found is None:
        raise UnavailableError("; ".join(f"{one.source}: {one.result}" for one in attempts))
    with closing(found.client()) as client:
        references = prometheus_operator.images(cache, client, print)
    cluster.load_images(cache, stack.cluster, references)


def _run(stack: OnCluster, *arguments: str, given: dict[str, Any] | None = None) -> str:
    done = stack.kubectl(*arguments, given=json.dumps(given) if given else None)
    assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr.strip()}"
    return done.stdout
