"""Several versions of a workload side by side: each has a controller of its own, one of them receives the traffic."""

from typing import TYPE_CHECKING

from components.names import require_distinct, require_label

if TYPE_CHECKING:
    from components.workload import Workload


def versioned(role: str, revision: str | None) -> str:
    """Return what the controller of a version is called: the role, followed by the revision if there is one."""
    return role if revision is None else f"{role}-{revision}"


def check(workload: "Workload") -> None:
    """Refuse versions that cannot stand side by side; raises ValueError."""
    role = workload.role
    for version in workload.versions:
        if version.revision is not None:
            require_label(version.revision, f"revision of {role}")
            if version.volumes:
                raise ValueError(
                    f"revision of {role} must be None, since it has volumes and data has one version"
                    f" (got {version.revision!r})"
                )
    require_distinct((version.name for version in workload.versions), f"versions of {role}")
    for other in workload.beside:
        if other.role != role:
            raise ValueError(f"workloads beside {role} must have its role (got {other.role!r})")
        if other.beside:
            raise ValueError(f"{other.name} beside {role} must have nothing beside it; list every version at {role}")
        if _of_role(other) != _of_role(workload):
            raise ValueError(
                f"{other.name} beside {role} must have its ports, callers, egress and rights, so that either can"
                " receive the traffic"
            )


def _of_role(workload: "Workload") -> tuple[object, ...]:
    """Return what all versions of a role have in common."""
    return workload.ports, workload.callers, workload.egress, workload.rights
