"""Jobs before a workload on a real cluster: once for each version, to completion, and what fails stops the update."""

import time

from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import OnKubernetes

HEADER = """\
from components.job import Job
def job(script): return Job(name="migrate", command=("/bin/busybox", "sh", "-c", script), timeout_s=60)
"""


def program(said: str, script: str) -> str:
    return f"{HEADER}run(web({said!r}, before=(job({script!r}),)))"


def started(kubectl: Kubectl) -> str:
    """Return when the oldest pod of the service was made."""
    pods = kubectl.get("pods", "-l", "app.kubernetes.io/name=web")["items"]
    return min(str(pod["metadata"]["creationTimestamp"]) for pod in pods)


def test_a_job_runs_once_for_each_version_and_before_it(on_kubernetes: OnKubernetes, kubectl: Kubectl) -> None:
    on_kubernetes.up(program("one", "sleep 2; echo applied 1"))
    job = kubectl.get("job/web-migrate")
    assert kubectl("logs", "job/web-migrate") == "applied 1\n"
    assert job["status"]["completionTime"] <= started(kubectl)
    on_kubernetes.unchanged()
    on_kubernetes.up()
    assert kubectl.get("job/web-migrate")["metadata"]["uid"] == job["metadata"]["uid"]
    on_kubernetes.up(program("two", "sleep 2; echo applied 1"))
    assert kubectl.get("job/web-migrate")["metadata"]["uid"] != job["metadata"]["uid"]


def test_a_job_that_fails_stops_the_update_and_runs_again_with_the_next(
    on_kubernetes: OnKubernetes, kubectl: Kubectl
) -> None:
    on_kubernetes.up(program("one", "echo applied 1"))
    before = kubectl.get("deployment/web")["metadata"]["generation"]
    ready = int(time.time()) + 25
    bad = program("two", f"test $(date +%s) -gt {ready} && exit 0; echo no such table; exit 3")
    told = on_kubernetes.up(bad, fails=True)
    assert "web-migrate is not ready" in told
    assert "no such table" in told
    assert kubectl.get("deployment/web")["metadata"]["generation"] == before
    time.sleep(max(0, ready + 1 - time.time()))
    on_kubernetes.up()
    assert kubectl.get("deployment/web")["metadata"]["generation"] > before
    on_kubernetes.unchanged()
