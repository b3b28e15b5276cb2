"""Paths of a cluster's nodes that a workload sees."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from components.folders import overlapping

# Whoever reaches one of them is root on the node, read-only or not.
_SOCKETS = (
    "/run/buildkit/buildkitd.sock",
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
)
# It leads to the one without /var on every distribution of the day.
_LINK = "/var/run"


@dataclass(frozen=True, kw_only=True)
class HostPath:
    """A folder or a file of the node that a pod runs on, as the pod sees it. Clusters have them, Docker has none.

    Only a zone of its own admits it, and the policy pack only with an exemption. Raises ValueError for paths that are
    not from / on, for the node's root, and for what is or holds the socket of a container engine.

    Attributes:
        path: Where it is on the node. Pods wait for one that is not there.
        mount: Where the service finds it.
        writable: Whether the service may write there, as far as the node's file modes let its user.
        is_file: Whether it is a file, not a folder.
    """

    path: str
    mount: str
    writable: bool = False
    is_file: bool = False

    def __post_init__(self) -> None:
        """Refuse what no cluster takes, and what gives the whole node away."""
        for what in ("path", "mount"):
            said = getattr(self, what)
            if not said.startswith("/") or said.startswith("//") or posixpath.normpath(said) != said or said == "/":
                raise ValueError(
                    f"{what} of HostPath must be a path below /, without .. or a / at its end (got {said})"
                )
        if ":" in self.mount:
            raise ValueError(f"mount of HostPath must have no colon (got {self.mount})")
        path = self.path.removeprefix("/var") if (self.path + "/").startswith(f"{_LINK}/") else self.path
        if any((socket + "/").startswith(f"{path}/") for socket in _SOCKETS):
            raise ValueError(
                f"path of HostPath must neither be nor hold the socket of a container engine, which gives root on the"
                f" node (got {self.path})"
            )


def check(paths: Sequence[HostPath], role: str, others: Sequence[str]) -> None:
    """Refuse a mount that holds, or lies in, another or one of ``others``; raises ValueError."""
    mounts = [each.mount for each in paths]
    for number, mount in enumerate(mounts):
        other = overlapping(mount, (*others, *mounts[:number]))
        if other is not None:
            raise ValueError(
                f"mount of host path {paths[number].path} of {role} must be a folder of its own, apart from {other}"
                f" (got {mount})"
            )
