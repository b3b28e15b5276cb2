"""Several versions of a workload side by side: each has a controller of its own, one of them receives the traffic."""

from collections.abc import Sequence
from typing import Protocol

from components.names import require_distinct, require_label


class Version(Protocol):
    """What is looked at of a version of a workload."""

    @property
    def role(self) -> str:
        """What all versions are called."""

    @property
    def revision(self) -> str | None:
        """What this one is called beside."""

    @property
    def name(self) -> str:
        """What it runs as."""

    @property
    def volumes(self) -> Sequence[object]:
        """Its data."""

    @property
    def beside(self) -> Sequence["Version"]:
        """The versions that receive no traffic."""

    @property
    def of_role(self) -> tuple[object, ...]:
        """What all versions have in common."""


def versioned(role: str, revision: str | None) -> str:
    """Return what the controller of a version is called: the role, followed by the revision if there is one."""
    return role if revision is None else f"{role}-{revision}"


def check(workload: Version) -> None:
    """Refuse versions that cannot stand side by side; raises ValueError."""
    role = workload.role
    versions = (workload, *workload.beside)
    for version in versions:
        if version.revision is not None:
            require_label(version.revision, f"revision of {role}")
            if version.volumes:
                raise ValueError(
                    f"revision of {role} must be None, since it has volumes and data has one version"
                    f" (got {version.revision!r})"
                )
    require_distinct((version.name for version in versions), f"versions of {role}")
    for other in workload.beside:
        if other.role != role:
            raise ValueError(f"workloads beside {role} must have its role (got {other.role!r})")
        if other.beside:
            raise ValueError(f"{other.name} beside {role} must have nothing beside it; list every version at {role}")
        if other.of_role != workload.of_role:
            raise ValueError(
                f"{other.name} beside {role} must have its ports, callers, egress and rights, so that either can"
                " receive the traffic"
            )
