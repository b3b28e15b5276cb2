"""Frozen views over the Docker resources that the policies check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.processes import Process
from policies.reading import UNKNOWN, Maybe, Record, Unknown, has_unknown, known

CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
VOLUME = "docker:index/volume:Volume"

_NO_NEW_PRIVILEGES = {"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"}
_LOOSENED = {"seccomp:unconfined", "apparmor:unconfined", "systempaths:unconfined", "label:disable"}


@dataclass(frozen=True)
class Port:
    """One published port; `ip` is the host address it binds; unset means every address."""

    internal: Maybe[float]
    ip: Maybe[str]

    @property
    def label(self) -> str:
        """The port inside the container, for messages."""
        return str(int(self.internal)) if isinstance(self.internal, float) else "(unknown)"


@dataclass(frozen=True)
class Container:
    """A container by its inputs (resource policies) or outputs (stack policies); memory in MB, cpus in cores."""

    name: Maybe[str]
    image: Maybe[str]
    user: Maybe[str]
    start: Maybe[bool]
    attach: Maybe[bool]
    restart: Maybe[str]
    read_only: Maybe[bool]
    privileged: Maybe[bool]
    publish_all_ports: Maybe[bool]
    capabilities_added: tuple[str | Unknown, ...] | Unknown
    capabilities_dropped: tuple[str | Unknown, ...] | Unknown
    security_opts: tuple[str | Unknown, ...] | Unknown
    memory: Maybe[float]
    cpus: Maybe[float]
    cpu_quota: Maybe[float]
    probe: tuple[str | Unknown, ...] | Unknown
    host_paths: tuple[str, ...]
    network_mode: Maybe[str]
    pid_mode: Maybe[str]
    ipc_mode: Maybe[str]
    cgroupns_mode: Maybe[str]
    userns_mode: Maybe[str]
    ports: tuple[Port, ...]
    environment: tuple[str, ...]
    networks: tuple[str | Unknown, ...] | Unknown
    labels: Mapping[str, str] | Unknown

    @property
    def never_starts(self) -> bool:
        """Whether it is a carrier: created to fill a volume with files, never started."""
        return self.start is False

    @property
    def process(self) -> Process:
        """The container in the terms of all platforms."""
        options = known(self.security_opts)
        refused = bool(_NO_NEW_PRIVILEGES.intersection(options))
        limits = (self.cpus, self.cpu_quota)
        unknown_limit = next((limit for limit in limits if isinstance(limit, Unknown)), None)
        return Process(
            label="",
            image=self.image,
            user=self.user,
            read_only=self.read_only,
            privileged=self.privileged,
            capabilities_added=self.capabilities_added,
            capabilities_dropped=self.capabilities_dropped,
            no_new_privileges=UNKNOWN if not refused and has_unknown(self.security_opts) else refused,
            unconfined=tuple(sorted(o for o in options if o.replace("=", ":", 1) in _LOOSENED)),
            memory=self.memory,
            # CPU shares are a weight, not a limit.
            cpus=unknown_limit or max(limit or 0 for limit in limits if not isinstance(limit, Unknown)),
            probe=self.probe,
            modes=(
                ("networkMode", self.network_mode),
                ("pidMode", self.pid_mode),
                ("ipcMode", self.ipc_mode),
                ("cgroupnsMode", self.cgroupns_mode),
                ("usernsMode", self.userns_mode),
            ),
            environment=self.environment,
            never_starts=self.never_starts,
            # Whoever deploys waits for its end.
            ends_by_itself=self.attach is True,
        )


def container(props: Mapping[str, Any]) -> Container:
    """View the properties of a `docker:index/container:Container`."""
    bag = Record(props)
    capabilities = bag.record("capabilities")
    probe = bag.record("healthcheck")
    adds = capabilities if isinstance(capabilities, Unknown) else _texts_of(capabilities, "adds")
    drops = capabilities if isinstance(capabilities, Unknown) else _texts_of(capabilities, "drops")
    volumes = [v.text("hostPath") for v in known(bag.records("volumes"))]
    mounts = [m.text("source") for m in known(bag.records("mounts")) if m.text("type") in ("bind", "npipe")]
    networks = bag.records("networksAdvanced")
    return Container(
        name=bag.text("name"),
        image=bag.text("image"),
        user=bag.text("user"),
        start=bag.flag("start"),
        attach=bag.flag("attach"),
        restart=bag.text("restart"),
        read_only=bag.flag("readOnly"),
        privileged=bag.flag("privileged"),
        publish_all_ports=bag.flag("publishAllPorts"),
        capabilities_added=adds,
        capabilities_dropped=drops,
        security_opts=bag.texts("securityOpts"),
        memory=bag.number("memory"),
        cpus=bag.number("cpus"),
        cpu_quota=bag.number("cpuQuota"),
        probe=probe if isinstance(probe, Unknown) else _texts_of(probe, "tests"),
        host_paths=tuple(path for path in (*volumes, *mounts) if isinstance(path, str)),
        network_mode=bag.text("networkMode"),
        pid_mode=bag.text("pidMode"),
        ipc_mode=bag.text("ipcMode"),
        cgroupns_mode=bag.text("cgroupnsMode"),
        userns_mode=bag.text("usernsMode"),
        ports=tuple(Port(internal=p.number("internal"), ip=p.text("ip")) for p in known(bag.records("ports"))),
        environment=known(bag.texts("envs")),
        networks=networks if isinstance(networks, Unknown) else tuple(_network_name(n) for n in networks),
        labels=labels(bag),
    )


def labels(bag: Record) -> Mapping[str, str] | Unknown:
    """Read the labels of a resource by name; `UNKNOWN` when one of them is not known yet."""
    items = bag.records("labels")
    if isinstance(items, Unknown):
        return items
    found: dict[str, str] = {}
    for item in items:
        if isinstance(item, Unknown):
            return item
        name, value = item.text("label"), item.text("value")
        if isinstance(name, Unknown):
            return name
        if isinstance(value, Unknown):
            return value
        found[name or ""] = value or ""
    return found


def _texts_of(bag: Record | None, key: str) -> tuple[str | Unknown, ...] | Unknown:
    return () if bag is None else bag.texts(key)


def _network_name(item: Record | Unknown) -> str | Unknown:
    if isinstance(item, Unknown):
        return item
    name = item.text("name")
    return name if isinstance(name, Unknown) else name or ""
