"""An engine or published ports out of reach are reported once, before anything is created, not by every resource."""

import os
from collections.abc import Mapping
from ipaddress import ip_address

import pulumi

from config.load import PROJECT
from infra.platforms.docker.published import machine_of

_DEFAULT = "unix:///var/run/docker.sock"
# An engine that is busy removing many containers has been seen to take seconds to answer.
_TIMEOUT_S = 20


def engine_of_stack(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return where the stack's provider looks for the engine, as DOCKER_HOST says it; None: at the usual socket."""
    return pulumi.Config("docker").get("host") or environ.get("DOCKER_HOST") or None


def refuse_out_of_reach(bind_address: str, engine: str | None) -> None:
    """Raise ``pulumi.RunError`` where ports would answer on the loopback of another machine: to nobody here."""
    # The engine's URL may hold a login.
    machine = machine_of(engine)
    if machine is not None and ip_address(bind_address).is_loopback:
        raise pulumi.RunError(
            f"{PROJECT}:docker.bindAddress must be an address of the engine's machine that this machine can"
            f" reach; the engine is on {machine} (got {bind_address}, the loopback there); nothing was changed"
        )


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
