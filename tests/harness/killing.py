"""Ways in which pods end: deleted, evicted, rolled, or killed from below."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.harness.kubernetes import OnCluster
from tests.harness.waiting import wait_until

_SHIM = "containerd-shim"


def evict(cluster: OnCluster, zone: str, pod: str) -> None:
    """Evict a pod through the API, as often as its disruption budget says "not now"; nothing is cordoned."""
    namespace = cluster.namespace(zone)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": namespace},
    }

    def attempt() -> str:
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction"
        done = cluster.kubectl("create", "--raw", path, "-f", "-", given=json.dumps(body))
        assert done.returncode == 0 or "disruption budget" in done.stderr, done.stderr
        return done.stderr

    wait_until(attempt, lambda refused: not refused, within_s=180, what=f"{pod} may be evicted", every_s=2)


def kill_shim(pod: dict[str, Any]) -> None:
    """Kill the process of the container runtime that watches over a pod; its containers lose their parent."""
    containers = {status["containerID"].rpartition("/")[2] for status in pod["status"]["containerStatuses"]}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and any(each in _text(process / "cgroup") for each in containers):
            parent = int(_text(process / "stat").rpartition(")")[2].split()[1])
            if _SHIM in _text(Path("/proc") / str(parent) / "cmdline"):
                os.kill(parent, signal.SIGKILL)
                return
    raise AssertionError(f"no process of {pod['metadata']['name']} is seen here with a shim above it")


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it ended meanwhile
        return ""
