"""Standing inside a pod: a container that joins it for a while, under the pod's own network and its policies."""

import json
import secrets
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.harness.kubernetes import OnCluster
from tests.harness.listening import listening
from tests.harness.waiting import wait_until

_PYTHON = "/opt/venv/bin/python"
# Ends at once when the pod does: a first process without a handler would hold it up for its whole grace period.
_STAY = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.alarm(600); signal.pause()"
# All at once in one thread: the pod's processor limit, a quarter of a core at times, is for this program, too. What was
# dropped is a time-out, which is an answer as well.
_CONNECT = """
import errno, json, select, socket, sys, time
targets, waiting, opened = json.loads(sys.argv[1]), {}, []
addresses = {}
for host, port in targets:
    if host not in addresses:
        addresses[host] = socket.gethostbyname(host)
poll = select.poll()
for host, port in targets:
    attempt = socket.socket()
    attempt.setblocking(False)
    if attempt.connect_ex((addresses[host], port)) not in (0, errno.EINPROGRESS):
        continue
    poll.register(attempt, select.POLLOUT)
    waiting[attempt.fileno()] = attempt, (host, port)
end = time.monotonic() + 3
while waiting and (left := end - time.monotonic()) > 0:
    for number, _ in poll.poll(left * 1000):
        poll.unregister(number)
        attempt, target = waiting.pop(number)
        if not attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            opened.append(target)
        attempt.close()
print(json.dumps(opened))
"""
_TABLES = """
import json
print(json.dumps({name: open(f"/proc/net/{name}").read() for name in ("tcp", "tcp6")}))
"""


@dataclass(frozen=True, kw_only=True)
class InsidePod:
    """An ephemeral container with Python in a pod, whatever the pod's own image has."""

    cluster: OnCluster
    zone: str
    pod: str
    container: str

    def listening(self) -> frozenset[int]:
        """Return the ports on which the pod listens for others."""
        return listening(json.loads(self.python(_TABLES)))

    def opened(self, targets: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
        """Try to open every target, all at once."""
        found = json.loads(self.python(_CONNECT, json.dumps(sorted(targets))))
        return frozenset((host, port) for host, port in found)

    def python(self, program: str, *arguments: str) -> str:
        """Run a program; returns what it prints."""
        done = self.execute(program, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def execute(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program; the caller judges the outcome."""
        command = ("-c", self.container, self.pod, "--", _PYTHON, "-c", program, *arguments)
        return self.cluster.kubectl("-n", self.cluster.namespace(self.zone), "exec", *command)


@contextmanager
def stand_in(cluster: OnCluster, zone: str, pod: str, image: str) -> Iterator[InsidePod]:
    """Add the container to a running pod, which does not restart for it; it ends when left."""
    made = InsidePod(cluster=cluster, zone=zone, pod=pod, container=f"prober-{secrets.token_hex(2)}")
    namespace = f"--namespace={cluster.namespace(zone)}"
    options = (f"--image={image}", "--profile=restricted", f"--container={made.container}", "--quiet")
    done = cluster.kubectl(namespace, "debug", pod, *options, "--", _PYTHON, "-c", _STAY)
    assert done.returncode == 0, done.stderr

    def state() -> str:
        path = f"{{.status.ephemeralContainerStatuses[?(@.name=='{made.container}')].state}}"
        return cluster.kubectl(namespace, "get", "pod", pod, f"-ojsonpath={path}").stdout

    wait_until(state, lambda seen: "running" in seen, within_s=60, what=f"a container beside {pod}")
    try:
        yield made
    finally:
        # Its end ends this command, too: how it ended says nothing.
        made.execute("import os, signal; os.kill(1, signal.SIGTERM)")
