"""An engine that does not answer is reported once, before anything is created, and not by every resource."""

import os

import pulumi

_DEFAULT = "unix:///var/run/docker.sock"
# An engine that is busy removing many containers has been seen to take seconds to answer.
_TIMEOUT_S = 20


def refuse_missing_engine() -> None:
    """Raise ``pulumi.RunError`` when an update is about to start and the engine does not answer.

    A preview needs no engine. Only what the provider reaches by a socket is asked, not ``ssh://`` or a host that the
    stack's configuration names.
    """
    host = os.environ.get("DOCKER_HOST") or _DEFAULT
    if pulumi.runtime.is_dry_run() or pulumi.Config("docker").get("host") or not host.startswith(("unix://", "tcp://")):
        return
    import docker  # noqa: PLC0415  0.2 s that previews do without
    from docker.errors import DockerException  # noqa: PLC0415

    try:
        client = docker.from_env(timeout=_TIMEOUT_S)
        try:
            client.ping()
        finally:
            client.close()
    except (DockerException, OSError):
        raise pulumi.RunError(
            f"no Docker engine answers at {host}: start it or set DOCKER_HOST; nothing was changed"
        ) from None
