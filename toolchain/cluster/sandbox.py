"""The cluster's own process, mount and network namespaces: its node is a machine within the machine.

Everything that Kubernetes leaves on a machine stays inside: firewall rules, interfaces, mounts, kernel settings, files
in /var/lib and /run, processes. All of it goes when the namespaces' first process ends, whatever happened before.
Control groups are the exception (pods are limited by real ones); they lie under one folder that is removed by hand.
"""

import contextlib
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolchain.cluster.layout import Layout
from toolchain.cluster.processes import Daemon
from toolchain.obtain import process
from toolchain.obtain.errors import UnavailableError

START_SECONDS = 10.0
CGROUPS = Path("/sys/fs/cgroup")
# Inside, the cluster's folder is at /mnt; parts of it stand at /var/lib, /var/log and /run.
INSIDE = "/mnt"
BRIDGE_CALLS = "/proc/sys/net/bridge/bridge-nf-call-iptables"
# What the kubelet wants to find and would else set on the whole machine; inside, files stand in for them.
KERNEL = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000,
    "kernel/keys/root_maxbytes": 25000000,
}
# Runs as the first process inside. Mounts of the machine still arrive (and go, so that none is kept busy), none leave.
SETUP = """\
set -eu
read -r pid rest < /proc/self/stat
mount --make-rshared /
mount --bind "$1" /mnt
mount -t proc proc /proc
for file in /mnt/kernel/*; do
  setting="/proc/sys/$(basename "$file" | tr : /)"
  test ! -e "$setting" || mount --bind "$file" "$setting"
done
# Where this is a link into /run, it leads nowhere after the next lines, which comes to the same.
mount --bind /mnt/resolv.conf /etc/resolv.conf || true
mount --bind /mnt/lib /var/lib
mount --bind /mnt/log /var/log
mount --bind /mnt/run /run
ip link set lo up
echo "$pid" > /mnt/inside.pid
exec /mnt/bin/pause
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The namespaces of one cluster."""

    layout: Layout

    @property
    def _holder(self) -> Daemon:
        return Daemon("namespaces", self.layout.folder)

    def alive(self) -> bool:
        """Return whether the namespaces exist."""
        return self._holder.alive() and (self.layout.folder / "inside.pid").is_file()

    def enter(self, command: Sequence[str]) -> list[str]:
        """Return the command line that runs `command` inside; raises `UnavailableError` when there is no inside."""
        try:
            pid = (self.layout.folder / "inside.pid").read_text().strip()
        except OSError as error:
            raise UnavailableError("the cluster does not run") from error
        return ["nsenter", f"--target={pid}", "--mount", "--net", "--pid", "--", *command]

    def create(self) -> None:
        """Make the namespaces and link them to the machine by a pair of interfaces; `bin/pause` is there by now.

        Raises `UnavailableError` with the reason.
        """
        folder = self.layout.folder
        for name in ("lib", "run", "run/netns", "log", "etc", "kernel"):
            self.layout.part(name)
        for path, value in KERNEL.items():
            (folder / "kernel" / path.replace("/", ":")).write_text(f"{value}\n")
        # No name server: nothing here can reach one, and a refused question fails at once.
        (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        script = folder / "setup.sh"
        script.write_text(SETUP)
        (folder / "inside.pid").unlink(missing_ok=True)
        apart = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--propagation", "slave"]
        self._holder.start([*apart, "sh", str(script), str(folder)])
        deadline = time.monotonic() + START_SECONDS
        while not self.alive():
            if not self._holder.alive() or time.monotonic() > deadline:
                raise self._holder.failure("cannot create the cluster's namespaces")
            time.sleep(0.02)
        self._connect()
        self._make_cgroups()

    def _connect(self) -> None:
        """Link the node to the machine, and lead the machine's packets for pods and services there."""
        layout, log = self.layout, self.layout.logs / "namespaces.log"
        pid = (layout.folder / "inside.pid").read_text().strip()
        self._drop_link()
        prefix = layout.link_prefix
        for command in (
            ["ip", "link", "add", layout.link, "type", "veth", "peer", "name", "eth0", "netns", pid],
            ["ip", "address", "add", f"{layout.host_address}/{prefix}", "dev", layout.link],
            ["ip", "link", "set", layout.link, "up"],
            self.enter(["ip", "address", "add", f"{layout.node_address}/{prefix}", "dev", "eth0"]),
            self.enter(["ip", "link", "set", "eth0", "up"]),
            ["ip", "route", "add", str(layout.network), "via", str(layout.node_address)],
            self.enter(["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]),
            # Where the bridge module is loaded: policies and services must see what crosses the pods' bridge.
            self.enter(["sh", "-c", f"! test -e {BRIDGE_CALLS} || echo 1 > {BRIDGE_CALLS}"]),
        ):
            process.run(command, log=log, timeout=START_SECONDS)

    def _make_cgroups(self) -> None:
        """Make the group that the kubelet puts its own below; it refuses to start without."""
        for group in self._cgroups():
            group.mkdir(exist_ok=True)
            for name in ("cpuset.cpus", "cpuset.mems"):
                file = group / name
                if file.is_file() and not file.read_text().strip():
                    with contextlib.suppress(OSError):  # version 2 inherits by itself
                        file.write_text((group.parent / name).read_text())

    def _cgroups(self) -> list[Path]:
        """List the group's folders: one for version 2, one per controller for version 1."""
        if (CGROUPS / "cgroup.controllers").is_file():
            return [CGROUPS / self.layout.cgroup]
        controllers = (path for path in CGROUPS.iterdir() if path.is_dir() and not path.is_symlink())
        return [path / self.layout.cgroup for path in controllers]

    def destroy(self) -> None:
        """End everything inside, and remove what a machine keeps when namespaces go."""
        self._holder.kill()
        (self.layout.folder / "inside.pid").unlink(missing_ok=True)
        self._drop_link()
        deadline = time.monotonic() + START_SECONDS
        while not self._drop_cgroups():
            if time.monotonic() > deadline:
                raise UnavailableError(f"control groups under {CGROUPS}/*/{self.layout.cgroup} are still in use")
            time.sleep(0.1)

    def _drop_link(self) -> None:
        subprocess.run(["ip", "link", "delete", self.layout.link], capture_output=True, check=False)

    def _drop_cgroups(self) -> bool:
        """Remove our groups from the leaves up; False while a dying process still holds one."""
        for top in self._cgroups():
            for folder in sorted((path for path in [top, *top.rglob("*")] if path.is_dir()), reverse=True):
                with contextlib.suppress(OSError):
                    folder.rmdir()
        return not any(top.exists() for top in self._cgroups())
