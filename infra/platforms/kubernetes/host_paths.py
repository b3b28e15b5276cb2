"""Paths of the node in a pod, which only a zone that was made for them admits."""

from pulumi_kubernetes.core.v1 import HostPathVolumeSourceArgs, VolumeArgs, VolumeMountArgs

from components.host_path import HostPath
from components.platform import ZoneSpec
from components.workload import Workload
from config.digest import of

_DIGITS = 12


def refuse_elsewhere(workload: Workload, zone: ZoneSpec) -> None:
    """Refuse host paths of any version in a zone that admits none; raises ValueError.

    The API server would refuse the pods, which shows late: their controller is there and waits.
    """
    paths = [each.path for version in workload.versions for each in version.host_paths]
    if paths and not zone.admits_host_paths:
        raise ValueError(
            f"host_paths of {workload.role} must be none in zone {zone.name} (got {', '.join(paths)}); run it in a zone"
            " of its own, made with ZoneSpec(name=…, environment=…, admits_host_paths=True)"
        )


def volumes(workload: Workload) -> list[VolumeArgs]:
    """Return the volumes of its host paths. With a type, a path that is not there is an error, not an empty folder."""
    return [
        VolumeArgs(
            name=_name(each),
            host_path=HostPathVolumeSourceArgs(path=each.path, type="File" if each.is_file else "Directory"),
        )
        for each in workload.host_paths
    ]


def mounts(workload: Workload) -> list[VolumeMountArgs]:
    """Return where they are mounted; what is mounted below a read-only one is read-only as well, where nodes can."""
    return [
        VolumeMountArgs(
            name=_name(each),
            mount_path=each.mount,
            read_only=not each.writable,
            recursive_read_only=None if each.writable else "IfPossible",
        )
        for each in workload.host_paths
    ]


def _name(path: HostPath) -> str:
    return f"host-{of(path.mount.encode(), _DIGITS)}"
