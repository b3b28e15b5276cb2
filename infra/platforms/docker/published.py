"""How URLs name what an engine publishes: the engine may be on another machine, and addresses come in two families."""

from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from components.front import Front
from components.workload import Workload

# How an engine is reached on the machine that it runs on.
_LOCAL = frozenset({"unix", "npipe", "fd", "http+unix"})
_HERE = {4: "127.0.0.1", 6: "::1"}


def machine_of(engine: str | None) -> str | None:
    """Return the host name or address of an engine's machine; None where it is this one.

    ``engine`` is what DOCKER_HOST says; None is the usual socket.
    """
    if not engine:
        return None
    parts = urlsplit(engine if "://" in engine else f"tcp://{engine}")
    host = parts.hostname
    return None if parts.scheme in _LOCAL or not host or _is_here(host) else host


def _is_here(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified


def host_in_url(bind_address: str, machine: str | None) -> str:
    """Return how a URL names what is published on ``bind_address`` of a ``machine`` (None: this one)."""
    address = ip_address(bind_address)
    host = (machine or _HERE[address.version]) if address.is_unspecified else bind_address
    return f"[{host}]" if ":" in host else host


def unpublished(workload: Workload) -> Workload:
    """Return the workload without ports of the engine's machine."""
    return replace(workload, ports=tuple(replace(port, published=None) for port in workload.ports))


def front(bind_address: str, machine: str | None, host: str) -> Front:
    """Return how people reach what is published on ``bind_address`` of a ``machine``; inside it is called ``host``."""
    return Front(
        hosts=(host, *((machine,) if machine else ())),
        opened_at=opened_at(bind_address),
        beside=("Prometheus", "Alertmanager"),
    )


def opened_at(bind_address: str) -> str | None:
    """Return the address on which other machines reach what is published; None: on none."""
    return None if ip_address(bind_address).is_loopback else bind_address
