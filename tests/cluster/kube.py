"""kubectl against one cluster, and pods to look at it from inside."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from config.images import PYTHON_BASE
from tests.harness.waiting import wait_until
from toolchain.cluster import Cluster

IMAGE = PYTHON_BASE.reference
ANSWER_SECONDS = 60.0
# Loaded, busy machines start a pod in ten seconds rather than in one.
POD_SECONDS = 90


@dataclass(frozen=True, kw_only=True)
class Kube:
    """A cluster, and the namespace that calls go to."""

    cluster: Cluster
    namespace: str

    def try_run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl; the caller judges the outcome."""
        where = (f"--kubeconfig={self.cluster.kubeconfig}", f"--context={self.cluster.context}", f"-n{self.namespace}")
        return subprocess.run(
            [self.cluster.kubectl, *where, *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=POD_SECONDS + ANSWER_SECONDS,
            check=False,
        )

    def run(self, *arguments: str, given: str | None = None) -> str:
        """Run kubectl and return its output; AssertionError with its complaint when it fails."""
        done = self.try_run(*arguments, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr.strip()}"
        return done.stdout

    def get(self, what: str) -> Any:
        """Return an object (`kind/name`) or a list as kubectl gives it in JSON."""
        return json.loads(self.run("get", what, "-ojson"))

    def apply(self, *objects: dict[str, Any]) -> None:
        """Apply objects."""
        self.run("apply", "-f-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def wait(self, condition: str, *what: str) -> None:
        """Wait for a condition of objects."""
        self.run("wait", f"--for={condition}", f"--timeout={POD_SECONDS}s", *what)

    def python(self, pod: str, program: str) -> str:
        """Run a Python program in a pod and return what it prints; AssertionError when it fails."""
        return self.run("exec", pod, "--", "python3", "-c", program).strip()

    def reaches(self, pod: str, url: str) -> bool:
        """Tell whether a pod gets an answer from a URL within two seconds."""
        program = f"import urllib.request as u; u.urlopen({url!r}, timeout=2)"
        return self.try_run("exec", pod, "--", "python3", "-c", program).returncode == 0


@contextmanager
def own_namespace(cluster: Cluster) -> Iterator[Kube]:
    """Make a namespace of a test's own, and remove it."""
    kube = Kube(cluster=cluster, namespace=f"test-{uuid4().hex[:8]}")
    kube.run("create", "namespace", kube.namespace)
    try:
        # Bare pods are refused before it exists.
        wait_until(
            lambda: kube.try_run("get", "serviceaccount/default").returncode == 0,
            within_s=30,
            what="the namespace's account",
        )
        yield kube
    finally:
        kube.run("delete", "namespace", kube.namespace, f"--timeout={POD_SECONDS}s")


def pod(name: str, *command: str, volumes: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Describe a pod that fits Pod Security `restricted`; `volumes` maps a claim to its mount path."""
    mounts = volumes or {}
    container = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "command": [*command] if command else ["sleep", "infinity"],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": claim, "mountPath": path} for claim, path in mounts.items()],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65534,
                "fsGroup": 65534,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
            "volumes": [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in mounts],
            **spec,
        },
    }
