"""Ports of the host that somebody else holds are reported before anything is created."""

import errno
import socket
from typing import Any

import pulumi

from config.load import PROJECT, Stack
from infra.platforms.docker.reach import engine_of_stack

_ENGINE_TIMEOUT_S = 5


def refuse_taken_ports(stack: Stack) -> None:
    """Raise ``pulumi.RunError`` naming each published port that is taken and the setting that changes it.

    Ports that this very stack publishes count as free. Nothing is said about an engine on another machine.
    """
    if not (engine_of_stack() or "unix://").startswith("unix://"):
        return
    address = str(stack.settings.docker.bind_address)
    taken = [(place, port) for place, port in stack.settings.published_ports() if _is_taken(address, port)]
    if not taken:
        return
    owners = _published()
    faults = [
        f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:{place} is {port}, which {owner or 'another program'} holds on "
        f"{address}; free it or set {PROJECT}:{place} to another port"
        for place, port in taken
        if (owner := owners.get(port)) is None or not owner.startswith(f"stack {stack.name}'s ")
    ]
    if faults:
        raise pulumi.RunError("ports are taken; nothing was changed:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _is_taken(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        # As the engine does: connections that are closing do not hold a port.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _published() -> dict[int, str]:
    """Return who publishes which port of the host; empty when no engine answers (the provider reports that)."""
    import docker  # noqa: PLC0415  0.2 s, and mostly no port is taken
    from docker.errors import DockerException  # noqa: PLC0415

    try:
        client = docker.from_env(timeout=_ENGINE_TIMEOUT_S)
        try:
            return {
                entry["PublicPort"]: _owner(container)
                for container in client.api.containers()
                for entry in container["Ports"]
                if "PublicPort" in entry
            }
        finally:
            client.close()
    except (DockerException, OSError):
        return {}


def _owner(container: dict[str, Any]) -> str:
    # The engine's own listing, which the client library does not type.
    name = next(iter(container["Names"]), "?").removeprefix("/")
    stack = container["Labels"].get("planewatch.stack")
    return f"stack {stack}'s container {name}" if stack else f"container {name}"
