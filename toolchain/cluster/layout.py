"""Where a cluster of ours lies: its folder, its networks, its names. Everything else is derived from these."""

import json
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError

DEFAULT_NAME = "default"
CONTEXT_PREFIX = "planewatch"
# The shared address space (RFC 6598): neither Docker's pools, nor our own Docker networks, nor office networks use it.
SHARED_SPACE = IPv4Network("100.64.0.0/10")
# A link's name holds 15 characters, "pw-" included.
NAME = re.compile(r"[a-z][a-z0-9-]{0,10}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One cluster: `network` is a /16 of which it uses a part each for the node, services and pods."""

    name: str
    folder: Path
    network: IPv4Network

    @property
    def host_address(self) -> IPv4Address:
        """The machine's address on the link to the node."""
        return self.network[1]

    @property
    def node_address(self) -> IPv4Address:
        """The node's address: the API server, the kubelet and node ports answer there."""
        return self.network[2]

    @property
    def link_prefix(self) -> int:
        """Prefix length of the link between machine and node."""
        return 30

    @property
    def services(self) -> IPv4Network:
        """Addresses of services."""
        return list(self.network.subnets(new_prefix=18))[1]

    @property
    def pods(self) -> IPv4Network:
        """Addresses of pods."""
        return list(self.network.subnets(new_prefix=17))[1]

    @property
    def api_service(self) -> IPv4Address:
        """The service `kubernetes`."""
        return self.services[1]

    @property
    def dns_service(self) -> IPv4Address:
        """The cluster's name server."""
        return self.services[10]

    @property
    def link(self) -> str:
        """The machine's end of the link to the node."""
        return f"pw-{self.name}"

    @property
    def cgroup(self) -> str:
        """The control group that holds all pods, without a leading slash."""
        return f"planewatch-{self.name}"

    @property
    def node(self) -> str:
        """The node's name."""
        return f"planewatch-{self.name}"

    @property
    def context(self) -> str:
        """The context in the kubeconfig."""
        return CONTEXT_PREFIX if self.name == DEFAULT_NAME else f"{CONTEXT_PREFIX}-{self.name}"

    @property
    def server(self) -> str:
        """The API server's URL, from the machine and from the node."""
        return f"https://{self.node_address}:6443"

    @property
    def unproxied(self) -> tuple[str, ...]:
        """What is asked through no proxy, as NO_PROXY says it: not every program knows networks."""
        return str(self.node_address), str(self.network)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.folder / "kubeconfig"

    @property
    def logs(self) -> Path:
        """One file per component."""
        return self.folder / "log"

    def part(self, name: str) -> Path:
        """Return a folder in the cluster's folder, creating it."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def folder_of(cache: Cache, name: str) -> Path:
    """Return where a cluster of that name lies; raises ValueError for a name that cannot be one."""
    if not NAME.fullmatch(name):
        raise ValueError(
            f"the name of a cluster must be 2 to 12 lower-case letters, digits and dashes, starting with a letter "
            f"(got {name})"
        )
    return cache.root / "cluster" / name


def recall(cache: Cache, name: str) -> Layout | None:
    """Read the layout that an earlier `settle` wrote, None without one."""
    folder = folder_of(cache, name)
    try:
        known = json.loads((folder / "layout.json").read_text())
        return Layout(name=name, folder=folder, network=IPv4Network(known["network"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def all_of(cache: Cache) -> list[Layout]:
    """Return the layout of every cluster that was made here and not deleted."""
    names = (path.name for path in sorted((cache.root / "cluster").glob("*")) if NAME.fullmatch(path.name))
    return [layout for name in names if (layout := recall(cache, name)) is not None]


def settle(cache: Cache, name: str) -> Layout:
    """Choose a network that no route of this machine touches, and remember it; raises `UnavailableError`."""
    folder = folder_of(cache, name)
    taken = _routes()
    candidates = list(SHARED_SPACE.subnets(new_prefix=16))
    # Starts at a place of the name's own, so that two clusters that start at once do not choose the same.
    first = int(key(str(folder)), 16) % len(candidates)
    for network in candidates[first:] + candidates[:first]:
        if not any(network.overlaps(other) for other in taken):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "layout.json").write_text(json.dumps({"network": str(network)}))
            return Layout(name=name, folder=folder, network=network)
    raise UnavailableError(f"every part of {SHARED_SPACE} already has a route")


def _routes() -> list[IPv4Network]:
    listed = json.loads(process.capture(["ip", "-json", "-4", "route", "show", "table", "all"]) or "[]")
    return [IPv4Network(one["dst"], strict=False) for one in listed if one.get("dst", "default") != "default"]
