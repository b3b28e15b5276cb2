"""A stack of a test's own on the test cluster, and a look at it through kubectl."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from delivery import cluster as development
from infra.platforms.kubernetes.naming import INSTANCE
from tests.harness.ports import free_port, free_ports
from tests.harness.product import ProductStack
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from tests.harness.settings import Settings, plane
from tests.harness.waiting import wait_until
from toolchain import cluster
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

_ANSWER_S = 120
# Connects from inside a pod; a dropped packet is a time-out, which is an answer too.
_REACH = """
import json, socket
found = {}
for host, port in json.loads(TARGETS):
    try:
        socket.create_connection((host, port), timeout=3).close()
        found[f"{host}:{port}"] = True
    except OSError:
        found[f"{host}:{port}"] = False
print(json.dumps(found))
"""


@dataclass(frozen=True, kw_only=True)
class OnCluster:
    """A deployed stack and the cluster it is on."""

    stack: PulumiStack
    cluster: Cluster

    def namespace(self, zone: str) -> str:
        """Return the namespace of a zone."""
        return f"planewatch-{self.stack.name}-{zone}"

    def kubectl_command(self, *arguments: str) -> list[str]:
        """Return the command line of kubectl on this cluster."""
        where = (f"--kubeconfig={self.cluster.kubeconfig}", f"--context={self.cluster.context}")
        return [self.cluster.kubectl, *where, *arguments]

    def kubectl(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl, with ``given`` on its standard input; the caller judges the outcome."""
        command = self.kubectl_command(*arguments)
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=_ANSWER_S, check=False)

    def items(self, kind: str, zone: str) -> list[dict[str, Any]]:
        """Return the objects of a kind in a zone."""
        done = self.kubectl("-n", self.namespace(zone), "get", kind, "-ojson")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["items"]
        return found

    def namespaces(self) -> list[str]:
        """Return the names of the stack's namespaces."""
        done = self.kubectl("get", "namespaces", f"--selector={INSTANCE}=planewatch-{self.stack.name}", "-oname")
        assert done.returncode == 0, done.stderr
        return sorted(line.removeprefix("namespace/") for line in done.stdout.splitlines())

    def clear(self) -> None:
        """Delete what a destroyed stack has kept."""
        if left := self.namespaces():
            done = self.kubectl("delete", "namespace", *left, f"--timeout={_ANSWER_S}s")
            assert done.returncode == 0, done.stderr

    def pods(self, *zones: str) -> dict[str, str]:
        """Return the start time of every pod by its uid."""
        return {
            pod["metadata"]["uid"]: pod["status"]["startTime"] for zone in zones for pod in self.items("pods", zone)
        }

    def python(self, zone: str, role: str, program: str) -> str:
        """Run a Python program in a pod of a workload that has Python; returns what it prints."""
        done = self.kubectl(
            "-n", self.namespace(zone), "exec", f"deployment/{role}", "--", "/opt/venv/bin/python", "-c", program
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def reaches(self, zone: str, role: str, targets: list[tuple[str, int]]) -> dict[str, bool]:
        """Tell which ``host:port`` a pod of a workload that has Python can open a connection to."""
        program = f"TARGETS = {json.dumps(json.dumps(targets))}\n{_REACH}"
        found: dict[str, bool] = json.loads(self.python(zone, role, program))
        return found

    @contextmanager
    def forwarded(self, zone: str, service: str, port: int) -> Iterator[str]:
        """Open the documented way to a service; gives its URL on this machine."""
        with forwarded(self.cluster, self.namespace(zone), service, port) as local:
            yield f"http://127.0.0.1:{local}"


@contextmanager
def forwarded(cluster_: Cluster, namespace: str, service: str, port: int) -> Iterator[int]:
    """Forward a port of this machine to a service while the context lasts; gives the port once it answers."""
    local = free_port()
    command = [
        cluster_.kubectl,
        f"--kubeconfig={cluster_.kubeconfig}",
        f"--context={cluster_.context}",
        f"-n={namespace}",
        "port-forward",
        f"service/{service}",
        f"{local}:{port}",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _listens(f"http://127.0.0.1:{local}"), within_s=30, what=f"the way to {service}")
            yield local
        finally:
            process.terminate()


def cluster_settings(
    cluster_: Cluster, planes: tuple[str, ...], *, variables: Mapping[str, Mapping[str, str]] | None = None
) -> Settings:
    """Return settings for the Kubernetes platform with two replicas of everything.

    ``variables``: plane → environment of its API.
    """
    console, query, alertmanager, *ports = free_ports(3 + 2 * len(planes))
    return {
        "platform": "kubernetes",
        "release": "e2e",
        "kubernetes": {"context": cluster_.context, "kubeconfig": cluster_.kubeconfig, "storageSize": "1Gi"},
        "controlPlane": {"consolePort": console, "prometheusPort": query, "alertmanagerPort": alertmanager},
        "dataPlanes": {
            name: plane(*ports[2 * at : 2 * at + 2], variables=(variables or {}).get(name))
            for at, name in enumerate(planes)
        },
    }


@contextmanager
def temporary_cluster_stack(
    folder: Path, planes: tuple[str, ...], *, variables: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[tuple[OnCluster, Settings]]:
    """Make sure of the cluster with its images, and a stack on it, not deployed yet; destroyed at the end.

    Its ``stack`` is a `ProductStack`.
    """
    development.up(ROOT)
    found = cluster.up(Cache.of(os.environ))
    settings = cluster_settings(found, planes, variables=variables)
    on_cluster = OnCluster(stack=ProductStack(name=stack_name("k8s"), folder=folder), cluster=found)
    on_cluster.stack.write(settings)
    on_cluster.stack.select()
    try:
        yield on_cluster, settings
    finally:
        on_cluster.stack.destroy().succeeded()
        on_cluster.clear()


def _listens(url: str) -> bool:
    try:
        httpx.get(url, timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True
