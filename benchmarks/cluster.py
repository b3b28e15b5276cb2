"""On Kubernetes: from an empty cluster to everything ready, memory of a plane, and commands that change nothing."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import kwok
from benchmarks.model import Section
from benchmarks.processes import BenchmarkError
from benchmarks.scale import COLUMNS, PLANES, measure_sizes
from benchmarks.stacks import BenchStack
from delivery import cluster as development
from tests.harness.kubernetes import OnCluster, cluster_settings
from tests.harness.pulumi import ROOT
from tests.harness.settings import Settings
from toolchain import cluster
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

NAME = "cluster"
_REAL_PLANES = ("prod", "staging", "dev")
# A node of kwok's takes as many pods as it says; 100 planes with two replicas of everything are about 410.
_NODES, _PODS_A_NODE = 5, 110
# Volumes for two Prometheus and two Alertmanagers of each size.
_CLASS, _VOLUMES = "simulated", 4 * len(PLANES)
_KUBECTL_S = 60
# The metrics server looks every 15 s.
_SETTLE_S = 45
_MIB = 1 << 20
_UNITS = {"Ki": 1 << 10, "Mi": _MIB, "Gi": 1 << 30}
Note = Callable[[str], None]


def run(*, repeat: int, quick: bool, note: Note) -> Section:
    """Measure three planes of real pods, then sizes of a stack whose pods lie on simulated nodes."""
    development.up(ROOT)
    found = cluster.up(Cache.of(os.environ))
    ready, memory = _real(found, note)
    with _simulated_nodes(found, note):
        sizes = measure_sizes(
            lambda planes: _stack(found, planes, {"kubernetes": _ELSEWHERE}),
            lambda stack: stack.up(unchanged=False),
            repeat=repeat,
            quick=quick,
            note=note,
        )
    return Section(
        name=NAME,
        title="Kubernetes: no changes, by number of data planes",
        columns=COLUMNS,
        rows=sizes.rows,
        notes=(
            f"From an empty cluster to {len(_REAL_PLANES)} planes with all pods ready: {ready:.0f} s.",
            f"Memory of one plane's pods at rest: {memory:.0f} MiB (working set, two replicas of each service).",
            "By number of planes: pods are on simulated nodes (kwok), everything else is real.",
            f"Creating them, once each: {'; '.join(sizes.created)}.",
        ),
        samples={**sizes.samples, "ready/s": (ready,), "plane/mib": (memory,)},
    )


# Every pod of the stack goes to a simulated node.
_ELSEWHERE: Settings = {
    "nodeSelector": {kwok.MARK: "true"},
    "tolerations": [{"key": kwok.MARK, "operator": "Exists"}],
    "storageClass": _CLASS,
}
_STORAGE = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": _CLASS},
    "provisioner": "kubernetes.io/no-provisioner",
    "volumeBindingMode": "Immediate",
}


def _real(found: Cluster, note: Note) -> tuple[float, float]:
    """Deploy planes with real pods; returns the seconds it took and the MiB that one plane's pods use."""
    with _stack(found, _REAL_PLANES, {}) as stack:
        note(f"deploying {len(_REAL_PLANES)} planes of real pods")
        cost = stack.up(unchanged=False)
        note("waiting for the metrics server")
        time.sleep(_SETTLE_S)
        on_cluster = OnCluster(stack=stack.pulumi_stack, cluster=found)
        used = [_memory(on_cluster, plane) for plane in _REAL_PLANES]
    return cost.seconds, sum(used) / len(used)


def _memory(on_cluster: OnCluster, plane: str) -> float:
    path = f"/apis/metrics.k8s.io/v1beta1/namespaces/{on_cluster.namespace(plane)}/pods"
    pods = json.loads(on_cluster.kubectl("get", "--raw", path).stdout)["items"]
    return sum(_bytes(container["usage"]["memory"]) for pod in pods for container in pod["containers"]) / _MIB


def _bytes(quantity: str) -> int:
    number, unit = quantity[:-2], quantity[-2:]
    return int(number) * _UNITS[unit] if unit in _UNITS else int(quantity)


@contextmanager
def _stack(found: Cluster, planes: tuple[str, ...], more: Mapping[str, Settings]) -> Iterator[BenchStack]:
    """Make a stack that is not deployed yet; at the end its namespaces are gone, deployed or not."""
    settings = cluster_settings(found, planes)
    for section, values in more.items():
        settings[section] = {**settings[section], **values}
    with tempfile.TemporaryDirectory(prefix="planewatch-bench-") as folder:
        stack = BenchStack(Path(folder), settings)
        try:
            yield stack
        finally:
            label = f"app.kubernetes.io/instance=planewatch-{stack.name}"
            OnCluster(stack=stack.pulumi_stack, cluster=found).kubectl(
                "delete", "namespaces", "-l", label, "--wait=false"
            )


@contextmanager
def _simulated_nodes(found: Cluster, note: Note) -> Iterator[None]:
    cache = Cache.of(os.environ)
    items = [*(_node(number) for number in range(_NODES)), _STORAGE, *(_volume(number) for number in range(_VOLUMES))]
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    with kwok.playing(cache, Path(found.kubeconfig), cache.log("kwok"), note):
        _kubectl(found, "apply", "-f", "-", given=given)
        try:
            yield
        finally:
            _kubectl(found, "delete", "-f", "-", "--wait=false", given=given)


def _volume(number: int) -> dict[str, object]:
    """Return a volume that is nowhere: no node of kwok's mounts it."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"simulated-{number}", "labels": {kwok.MARK: "true"}},
        "spec": {
            "storageClassName": _CLASS,
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": "/nonexistent"},
        },
    }


def _node(number: int) -> dict[str, object]:
    name = f"simulated-{number}"
    capacity = {"cpu": "64", "memory": "256Gi", "pods": str(_PODS_A_NODE)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {kwok.MARK: "true", "kubernetes.io/hostname": name}},
        # Only who asks for it gets here, so that nothing real is believed to run.
        "spec": {"taints": [{"key": kwok.MARK, "effect": "NoSchedule"}]},
        "status": {"allocatable": capacity, "capacity": capacity},
    }


def _kubectl(found: Cluster, *arguments: str, given: str) -> None:
    where = (f"--kubeconfig={found.kubeconfig}", f"--context={found.context}")
    done = subprocess.run(
        [found.kubectl, *where, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=_KUBECTL_S,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"kubectl {' '.join(arguments)} ended with code {done.returncode}:\n{done.stderr}")
