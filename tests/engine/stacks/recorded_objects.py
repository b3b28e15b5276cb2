"""The objects of a recorded stack, back on a cluster: a preview cannot update in place what is not there."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import toolchain.cluster
from toolchain.obtain.cache import Cache

_KUBERNETES, _NAMESPACE = "kubernetes:", "Namespace"
# Like the plugin's own managers, so that a preview takes over what is set here as an update would.
_MANAGER = "pulumi-kubernetes-recorded"
_SECONDS = 120


@contextmanager
def on_cluster(state: dict[str, Any]) -> Iterator[None]:
    """Put the objects of an exported ``state`` on the cluster for development, without pods, and remove them again."""
    found = [_object(one) for one in state["deployment"]["resources"] if one["type"].startswith(_KUBERNETES)]
    namespaces = [one for one in found if one["kind"] == _NAMESPACE]
    try:
        for some in (namespaces, [one for one in found if one["kind"] != _NAMESPACE]):
            listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": some})
            _kubectl("apply", "--server-side", f"--field-manager={_MANAGER}", "--filename=-", given=listed)
        yield
    finally:
        names = [one["metadata"]["name"] for one in namespaces]
        _kubectl("delete", "namespace", "--ignore-not-found", *names)


def _object(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the object as the program declared it; what makes pods makes none."""
    declared = resource["inputs"]
    if declared["kind"] not in ("Deployment", "StatefulSet"):
        return {**declared}
    return {**declared, "spec": {**declared["spec"], "replicas": 0}}


def _kubectl(*arguments: str, given: str = "") -> None:
    cluster = toolchain.cluster.up(Cache.of(os.environ))
    command = [cluster.kubectl, f"--kubeconfig={cluster.kubeconfig}", f"--context={cluster.context}", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
