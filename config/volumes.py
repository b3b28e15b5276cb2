"""Volumes of a plane's workloads: data that outlives their containers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Protocol

from pydantic import AfterValidator, StringConstraints

from config import patterns
from config.model import Model, excluding
from config.quantities import Quantity, bytes_of
from config.writable import TMP, WritablePath

# What a pod's folders of memory are called there, beside its volumes.
_SCRATCH = "scratch-"


def _not_scratch(name: str) -> str:
    if name.startswith(_SCRATCH):
        raise ValueError(f"not begin with {_SCRATCH}, as folders of memory do")
    return name


VolumeName = Annotated[
    str,
    StringConstraints(pattern=patterns.DNS_LABEL, max_length=20),
    AfterValidator(_not_scratch),
    excluding(f"^{_SCRATCH}", f"not `{_SCRATCH}…`"),
]


class VolumeSettings(Model):
    """Data of a workload that outlives its containers: it starts empty, and the workload may write to it."""

    path: WritablePath
    """Folder in which the service finds it."""
    size: Quantity
    """What a cluster claims for it. A larger value enlarges it in place; it is never made smaller. On Docker volumes
    share the engine's disk."""


class Stored(Protocol):
    """A workload's volumes, and its other settings that volumes conflict with."""

    @property
    def volumes(self) -> Mapping[str, VolumeSettings]:
        """Its volumes by name."""

    @property
    def writable_paths(self) -> Iterable[str]:
        """Folders of memory."""

    @property
    def revision(self) -> str | None:
        """What the version is called."""

    @property
    def beside(self) -> Mapping[str, object]:
        """Other versions."""


def refuse_unfit(said: Stored) -> None:
    """Refuse volumes that overlap with other folders, and versions of what has data; raises ValueError."""
    if not said.volumes:
        return
    if said.revision is not None:
        raise ValueError(f"revision must be left out with volumes, since data has one version (got {said.revision})")
    if said.beside:
        raise ValueError(
            f"beside must be left out with volumes, since data has one version (got {', '.join(said.beside)})"
        )
    taken = [(path, "writablePaths") for path in (TMP, *said.writable_paths)]
    for name, volume in said.volumes.items():
        path = PurePosixPath(volume.path)
        for other, what in taken:
            there = PurePosixPath(other)
            if path == there or path in there.parents or there in path.parents:
                raise ValueError(
                    f"volumes.{name}.path must be a folder apart from {other}"
                    f"{', which is memory' if what == 'writablePaths' else f' of {what}'} (got {path})"
                )
        taken.append((volume.path, f"volumes.{name}"))


def require_distinct(volumes: Mapping[str, Collection[str]], what: str) -> None:
    """Refuse volumes (by role) of which two would have one claim, and a role that takes a name; raises ValueError.

    On a cluster a pod of a role claims ``<volume>-<role>-0``, and is found by ``<role>-headless``. ``what`` are those
    that have roles.
    """
    owners: dict[str, str] = {}
    for place, name in _claims(volumes, what):
        if (other := owners.setdefault(name, place)) != place:
            raise ValueError(f"{other} and {place} would both be {name} on a cluster; rename one")
    for role, names in volumes.items():
        if names and (other := f"{role}-headless") in volumes:
            raise ValueError(
                f"{what}.{other} must have another name: pods of {what}.{role}, which has volumes, are found by it"
            )


def _claims(volumes: Mapping[str, Collection[str]], what: str) -> Iterator[tuple[str, str]]:
    for role, names in volumes.items():
        for name in names:
            yield f"{what}.{role}.volumes.{name}", f"{name}-{role}"


def gib_of(workloads: Iterable[Stored]) -> int:
    """Return what the volumes of workloads take in all, in GiB, rounded up."""
    return -(-sum(bytes_of(volume.size) for said in workloads for volume in said.volumes.values()) >> 30)
