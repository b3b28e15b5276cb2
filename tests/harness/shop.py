"""A client inside the cluster that counts every request it sends, in a namespace let in as an ingress controller is."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.harness.kubernetes import OnCluster
from tests.harness.waiting import wait_until

_PYTHON = "/opt/venv/bin/python"
_POD = "shop"
# Each request by a connection of its own, as from many users; paced, and until standard input ends. The Service's name
# is looked up once: its address never changes, and whether the cluster's DNS keeps up with a busy machine is not the
# product's promise (one request of thousands met "Temporary failure in name resolution").
_SEND = """
import collections, http.client, json, socket, sys, threading, time
name, port, path, rate = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
for attempt in range(30):
    try:
        host = socket.gethostbyname(name)
        break
    except socket.gaierror as error:
        reason = error
        time.sleep(1)
else:
    sys.exit(f"{name}: {reason}")
done, outcomes, lock, workers = threading.Event(), collections.Counter(), threading.Lock(), 4
def work(number):
    due = time.monotonic() + number / rate
    while not done.wait(max(0, due - time.monotonic())):
        due += workers / rate
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            outcome = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            outcome = repr(error)
        finally:
            connection.close()
        with lock:
            outcomes[outcome] += 1
threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
[thread.start() for thread in threads]
print("sending", flush=True)
sys.stdin.read()
done.set()
[thread.join() for thread in threads]
print(json.dumps(outcomes))
"""


@dataclass(kw_only=True)
class Sending:
    """Requests on their way; ``outcomes`` (status or error → number of requests) is there once they have ended."""

    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A pod of its own that may call one workload."""

    cluster: OnCluster
    namespace: str

    @contextmanager
    def sending(self, host: str, port: int, path: str, *, rate: float) -> Iterator[Sending]:
        """Send ``rate`` requests a second as long as the block runs; counts what became of each."""
        sending = Sending()
        command = (
            *self.cluster.kubectl_command(f"--namespace={self.namespace}", "exec", "-i", _POD, "--"),
            *(_PYTHON, "-c", _SEND, host, str(port), path, str(rate)),
        )
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "sending\n", f"the shop cannot send to {host}"
            try:
                yield sending
            finally:
                said, _ = process.communicate(timeout=60)
        sending.outcomes.update(json.loads(said))


@contextmanager
def shop(cluster: OnCluster, zone: str, role: str, port: int, image: str) -> Iterator[Shop]:
    """Open a shop whose pod, and no other, may call ``port`` of ``role``; gone at the end."""
    namespace = f"{cluster.namespace(zone)}-shop"
    target = cluster.namespace(zone)
    meta = {"name": _POD, "namespace": namespace}
    selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    objects = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": _POD, "namespace": target},
            "spec": {
                "podSelector": {"matchLabels": {"app.kubernetes.io/name": role}},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [{"namespaceSelector": selector}], "ports": [{"port": port}]}],
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": meta,
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [{"name": _POD, "image": image, "command": ["/opt/venv/bin/python"], "args": _wait()}],
            },
        },
    ]
    made = cluster.kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    try:
        assert made.returncode == 0, made.stderr
        wait_until(
            lambda: cluster.kubectl("-n", namespace, "get", "pod", _POD, "-ojsonpath={.status.phase}").stdout,
            lambda phase: phase == "Running",
            within_s=60,
            what="the shop is open",
        )
        yield Shop(cluster=cluster, namespace=namespace)
    finally:
        cluster.kubectl("-n", target, "delete", "networkpolicy", _POD, "--ignore-not-found")
        cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")


def _wait() -> list[str]:
    return ["-c", "import signal; signal.pause()"]
