"""No container or volume reaches the container engine's socket."""

import posixpath

from pulumi_policy import ResourceValidationArgs, Severity

from policies.docker_views import CONTAINER, VOLUME, container
from policies.reading import Record, Unknown
from policies.resource_policies import Findings, resource_policy

_SOCKETS = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/buildkit/buildkitd.sock",
)
_NAMES = frozenset(posixpath.basename(path) for path in _SOCKETS) | {"docker_engine"}


def check(args: ResourceValidationArgs) -> Findings:
    """Check host paths of volumes and mounts, and at volumes whose driver binds a host path."""
    if args.resource_type == VOLUME:
        options = Record(args.props).record("driverOpts")
        device = None if options is None or isinstance(options, Unknown) else options.text("device")
        paths: tuple[str, ...] = (device,) if isinstance(device, str) else ()
    else:
        paths = container(args.props).host_paths
    for path in paths:
        if exposes_socket(path):
            yield f"host path '{path}' is or contains the engine's socket, which gives root on the host"


def exposes_socket(path: str) -> bool:
    """Whether a host path is an engine socket or a folder above one (/, /run, /var, …)."""
    clean = "/" + posixpath.normpath(path.replace("\\", "/")).lstrip("/")
    if posixpath.basename(clean) in _NAMES or clean in {"/", "/var"}:
        return True
    # /var/run is a link to /run on every current distribution.
    clean = clean.removeprefix("/var") if clean == "/var/run" or clean.startswith("/var/run/") else clean
    return any(socket.startswith(clean + "/") for socket in _SOCKETS)


POLICY = resource_policy(
    name="container-mounts-no-engine-socket",
    description="No container or volume reaches the container engine's socket.",
    remedy="remove the mount; files reach a service through a volume filled by a carrier",
    types=(CONTAINER, VOLUME),
    check=check,
    severity=Severity.CRITICAL,
)
