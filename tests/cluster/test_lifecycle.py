"""Starting, repairing and deleting a local node, beside whatever else runs on the machine."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolchain.cluster
from tests.cluster.kube import Kube
from tests.harness.waiting import wait_until
from toolchain.cluster import layout, local, parts
from toolchain.cluster.layout import Layout
from toolchain.cluster.processes import Daemon
from toolchain.cluster.sandbox import CGROUPS, KERNEL, Sandbox
from toolchain.obtain.cache import Cache

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        parts.obstacle(Cache.of(os.environ), os.environ) is not None,
        reason=f"no node can be made here: {parts.obstacle(Cache.of(os.environ), os.environ)}",
    ),
]
UP = """
import os, sys
from toolchain import cluster
from toolchain.obtain.cache import Cache
cluster.up(Cache.of(os.environ), name=sys.argv[1])
"""


@pytest.fixture
def name(cache: Cache) -> Iterator[str]:
    """A cluster's name of the test's own; whatever becomes of it is taken down."""
    own = f"t{os.getpid() % 100000}"
    yield own
    toolchain.cluster.down(cache, name=own)


@pytest.fixture(autouse=True)
def no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cluster that the user chose."""
    for variable in ("KUBECONFIG", "PLANEWATCH_KUBE_CONTEXT"):
        monkeypatch.delenv(variable, raising=False)


def start(name: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", UP, name], stderr=subprocess.PIPE, text=True)


def begun(cache: Cache, name: str) -> Layout:
    """Wait until a starting cluster has namespaces with a program in them."""
    wait_until(
        lambda: (cluster := local.running(cache, name)) is not None and Daemon("etcd", cluster.folder).alive(),
        within_s=60,
        every_s=0.05,
        what=f"cluster {name} begins to start",
    )
    cluster = layout.recall(cache, name)
    assert cluster is not None
    return cluster


def crash(cluster: Layout, name: str) -> None:
    daemon = Daemon(name, cluster.folder)
    pid = daemon.pid()
    assert pid is not None
    os.killpg(pid, signal.SIGKILL)
    wait_until(lambda: not daemon.alive(), within_s=10, what=f"{name} is dead")


def traces(cluster: Layout, namespace: str) -> dict[str, list[str]]:
    """List everything on the machine, outside the cluster's folder, that belongs to the cluster."""
    listed = {
        "links": [one["ifname"] for one in json.loads(output("ip", "-json", "link")) if one["ifname"] == cluster.link],
        "routes": [
            line for line in output("ip", "route").splitlines() if str(cluster.network).removesuffix(".0.0/16") in line
        ],
        "rules": [line for line in output("iptables-save").splitlines() if mentions(line, cluster)],
        "sets": [line for line in output("ipset", "list", "-name").splitlines() if line.startswith("KUBE-")],
        "mounts": [line for line in Path("/proc/mounts").read_text().splitlines() if str(cluster.folder) in line],
        "groups": [str(path) for path in CGROUPS.rglob(cluster.cgroup)],
        "processes": [str(path) for path in Path("/proc").glob("[0-9]*") if namespace_of(path) == namespace],
        "namespaces": [str(path) for path in Path("/run/netns").glob("cni-*")],
    }
    return {kind: found for kind, found in listed.items() if found}


def mentions(rule: str, cluster: Layout) -> bool:
    return "KUBE" in rule or "CNI" in rule or str(cluster.network).removesuffix("0.0/16") in rule


def namespace_of(process: Path) -> str:
    try:
        return str((process / "ns" / "net").readlink())
    except OSError:  # ended meanwhile
        return ""


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def kernel() -> dict[str, str]:
    names = (*KERNEL, "net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet", "net/netfilter/nf_conntrack_max")
    return {name: Path("/proc/sys", name).read_text() for name in names}


def pids(cluster: Layout) -> dict[str, int | None]:
    return {name: Daemon(name, cluster.folder).pid() for name in local.status(cluster).running}


def test_killed_start_is_completed_a_dead_program_is_started_again_and_down_leaves_nothing(
    cache: Cache, name: str
) -> None:
    settings = kernel()
    starting = start(name)
    cluster = begun(cache, name)
    # Not while one is started: whoever is killed between that and writing its pid down leaves one that nobody knows.
    wait_until(Daemon("kube-apiserver", cluster.folder).alive, within_s=60, what="the first programs run")
    starting.kill()
    starting.communicate()
    before = pids(cluster)

    made = toolchain.cluster.up(cache, name=name)
    assert toolchain.cluster.status(cache, name=name).healthy
    after = pids(cluster)
    assert {one: after[one] for one in before} == before
    namespace = namespace_of(Path(f"/proc/{(cluster.folder / 'inside.pid').read_text().strip()}"))
    # While it runs: a link, a route and processes; no rule, set, mount or setting on the machine itself.
    assert set(traces(cluster, namespace)) == {"links", "routes", "groups", "processes"}
    assert kernel() == settings
    assert stat.S_IMODE(Path(made.kubeconfig).stat().st_mode) == 0o600

    crash(cluster, "kube-scheduler")
    broken = toolchain.cluster.status(cache, name=name)
    assert (broken.healthy, broken.stopped) == (False, ("kube-scheduler",))
    toolchain.cluster.up(cache, name=name)
    again = pids(cluster)
    assert {one for one in after if again[one] != after[one]} == {"kube-scheduler"}
    system = Kube(cluster=made, namespace="kube-system")
    system.run("scale", "deployment/coredns", "--replicas=0")
    wait_until(lambda: not toolchain.cluster.status(cache, name=name).healthy, within_s=30, what="no DNS is noticed")
    toolchain.cluster.up(cache, name=name)
    assert system.get("deployment/coredns")["status"]["readyReplicas"] == 1
    assert system.get("nodes")["items"][0]["metadata"]["name"] == cluster.node

    assert toolchain.cluster.down(cache, name=name)
    assert traces(cluster, namespace) == {}
    assert kernel() == settings
    assert not cluster.folder.exists()
    assert not toolchain.cluster.down(cache, name=name)


def test_interrupted_start_is_taken_down(cache: Cache, name: str) -> None:
    starting = start(name)
    cluster = begun(cache, name)
    namespace = namespace_of(Path(f"/proc/{(cluster.folder / 'inside.pid').read_text().strip()}"))
    starting.send_signal(signal.SIGTERM)
    starting.communicate(timeout=60)
    assert starting.returncode == 128 + signal.SIGTERM
    assert traces(cluster, namespace) == {}


def test_start_that_fails_says_which_program_and_its_last_lines(cache: Cache, name: str) -> None:
    starting = start(name)
    cluster = begun(cache, name)
    crash(cluster, "etcd")
    _, said = starting.communicate(timeout=120)
    assert starting.returncode == 1
    assert "etcd ended" in said
    assert str(cluster.logs / "etcd.log") in said
    assert not Sandbox(cluster).alive()


def test_two_clusters_get_networks_of_their_own(cache: Cache, cluster: toolchain.cluster.Cluster, name: str) -> None:
    other = local.running(cache, cluster.name)
    if other is None:
        pytest.skip(f"the shared cluster is not made here but {cluster.origin}")
    assert not layout.settle(cache, name).network.overlaps(other.network)
