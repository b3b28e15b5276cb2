"""A service as every platform understands it: what runs, who may call it, what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Literal

import pulumi

from components import host_path, job, revisions, volume
from components.egress import Egress
from components.host_path import HostPath
from components.job import Job
from components.kept import KeptFile
from components.placement import OnePerNode, OneReplica
from components.probe import Probe
from components.resources import Resources
from components.rights import ApiRight
from components.volume import DataVolume
from config.images import AppImage, Image

# An image of the catalogue, an app that is built from its sources, or the reference of an image that a resource gives.
ImageSource = Image | AppImage | pulumi.Input[str]


class Audience(StrEnum):
    """Who may reach a port beside its declared callers.

    INSIDE: nobody. OPERATOR: whoever runs the stack, from their own machine, by a loopback port or a port-forward.
    NETWORK: clients anywhere, where the stack has an edge for them; elsewhere the same as OPERATOR.
    """

    INSIDE = "inside"
    OPERATOR = "operator"
    NETWORK = "network"


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port that the service listens on.

    ``published`` is the port of the host on platforms that publish ports; ``edge_name`` is what the port is called on
    the edge of other platforms (None: the workload's role).
    """

    name: str
    number: int
    protocols: tuple[Literal["TCP", "UDP"], ...] = ("TCP",)
    audience: Audience = Audience.INSIDE
    published: int | None = None
    edge_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A workload that connects to ``port``: the one with ``role`` in ``zone`` (None: the same zone)."""

    role: str
    port: str
    zone: str | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """A read-only file at an absolute ``path``. ``sensitive`` content is a secret Output and stays one.

    The service reads a file that ``reloads`` again by itself: where a platform can update it in place, a change needs
    no restart.
    """

    path: str
    content: pulumi.Input[str]
    sensitive: bool = False
    reloads: bool = False

    @property
    def folder(self) -> str:
        """The folder that holds the file."""
        return str(PurePosixPath(self.path).parent)

    @property
    def name(self) -> str:
        """The file's name within its folder."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One service. ``command`` is what follows the image's entry point; ``user`` is a numeric uid:gid.

    ``scratch`` are folders of memory for a service whose root file system is read-only. With ``volumes`` each replica
    has data of its own. Raises ValueError when a probe or a caller names a port that is not there, when two ports have
    one name, when one folder of files lies within another, or when a volume or host path shares its path.

    ``environment_outputs`` are variables whose values are outputs of other resources. A client of a ``sticky`` workload
    stays with one replica for as long as that lives. A replica that is asked to stop keeps answering for ``drain_s``
    seconds, in which the platform sends it no new clients.

    ``egress`` is where it may connect to outside the stack: on a cluster nothing else leaves it, on Docker nothing is
    limited.

    A workload with a ``revision`` runs as ``<role>-<revision>``. The workloads ``beside`` it are other versions of the
    same role, which run as well and receive no traffic: clients reach the role, and that is this version. The jobs
    ``before`` it run to completion, one after another, before a new version starts. ``placement`` says where replicas
    run; without it the platform decides how many there are. ``rights`` are what it may do at the Kubernetes API; pods
    have a token only with some. ``kept`` are files whose content a keeper of the platform has: Kubernetes, or on EKS
    Secrets Manager. ``host_paths`` are those of a cluster's node, which only a zone of its own admits.
    """

    role: str
    image: ImageSource
    user: str
    ports: tuple[Port, ...]
    probe: Probe
    resources: Resources
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    environment_outputs: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    kept: tuple[KeptFile, ...] = ()
    volumes: tuple[DataVolume, ...] = ()
    scratch: tuple[str, ...] = ()
    callers: tuple[Caller, ...] = ()
    egress: tuple[Egress, ...] = ()
    sticky: bool = False
    drain_s: int = 5
    revision: str | None = None
    beside: tuple["Workload", ...] = ()
    before: tuple[Job, ...] = ()
    placement: OnePerNode | OneReplica | None = None
    rights: tuple[ApiRight, ...] = ()
    host_paths: tuple[HostPath, ...] = ()

    def __post_init__(self) -> None:
        """Check that ports and folders are consistent."""
        for what in (self.probe.port, *(caller.port for caller in self.callers)):
            self.port(what)
        names = [port.name for port in self.ports]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"workload {self.role}: each port needs a name of its own (got {repeated[0]} twice)")
        folders = [PurePosixPath(folder) for folder in (*self.folders, *self.kept_folders)]
        for folder in folders:
            if any(folder in other.parents for other in folders):
                raise ValueError(f"workload {self.role}: files in {folder} and below it; a read-only folder holds none")
        mounted = (*self.folders, *self.kept_folders, *self.scratch)
        volume.check(self.volumes, self.role, mounted)
        host_path.check(self.host_paths, self.role, (*mounted, *(each.path for each in self.volumes)))
        if isinstance(self.placement, OnePerNode) and self.volumes:
            raise ValueError(f"workload {self.role}: one per node has no volumes, which would follow it to no new node")
        revisions.check(self)
        job.check(self.before, self.role, [each.revision for each in self.versions if each.revision is not None])

    def port(self, name: str) -> Port:
        """Return the port called ``name``; raises ValueError."""
        for port in self.ports:
            if port.name == name:
                return port
        raise ValueError(f"workload {self.role} has no port {name!r}; it has {', '.join(p.name for p in self.ports)}")

    @property
    def name(self) -> str:
        """What this version runs as: the role, or ``<role>-<revision>``."""
        return revisions.versioned(self.role, self.revision)

    @property
    def of_role(self) -> tuple[object, ...]:
        """What all versions of the role have in common, so that either can receive the traffic."""
        return self.ports, self.callers, self.egress, self.rights

    @property
    def versions(self) -> tuple["Workload", ...]:
        """Every version that runs; the first one receives the traffic."""
        return (self, *self.beside)

    @property
    def outside(self) -> tuple[Port, ...]:
        """The ports for clients outside the zone that are no declared callers."""
        return tuple(port for port in self.ports if port.audience is not Audience.INSIDE)

    @property
    def kept_folders(self) -> tuple[str, ...]:
        """The folders of files that somebody else keeps, each once, in order."""
        return tuple(dict.fromkeys(file.secret.folder for file in self.kept))

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that hold files, each once, in order."""
        return tuple(dict.fromkeys(file.folder for file in self.files))
