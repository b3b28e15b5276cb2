"""The connection to the container engine, and its refusals in words a person can act on."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolchain.standins.servicer.answering import CancelledError, RefusedError

if TYPE_CHECKING:
    import docker

DEFAULT_HOST = "unix:///var/run/docker.sock"
# The official plugin gives an image or container 20 minutes.
TIMEOUT_SECONDS = 1200


@dataclass(frozen=True)
class Connection:
    """Which container engine to use."""

    host: str = ""
    cert_path: str = ""


@dataclass
class Engine:
    """One client for the whole process, made when the first request needs it (previews mostly need none)."""

    connection: Connection = field(default_factory=Connection)
    cancelled: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        """The engine's address: configured, from DOCKER_HOST, or the usual socket."""
        return self.connection.host or os.environ.get("DOCKER_HOST") or DEFAULT_HOST

    @cached_property
    def _client(self) -> "docker.APIClient":
        import docker  # noqa: PLC0415 - 0.2 s that previews save
        from docker import tls  # noqa: PLC0415 - as above

        path = self.connection.cert_path or (os.environ.get("DOCKER_CERT_PATH", "") if not self.connection.host else "")
        secure: tls.TLSConfig | bool = False
        if path:
            secure = tls.TLSConfig(
                client_cert=(f"{path}/cert.pem", f"{path}/key.pem"), ca_cert=f"{path}/ca.pem", verify=True
            )
        return docker.APIClient(
            base_url=self.host,
            tls=secure,
            version="auto",
            timeout=TIMEOUT_SECONDS,
            # More connections at once than the engine asks for, else the client complains on stderr about each.
            max_pool_size=64,
            use_ssh_client=self.host.startswith("ssh://"),
        )

    @property
    def client(self) -> "docker.APIClient":
        """The client; RefusedError when the engine does not answer."""
        with self._lock, self.saying("ask the Docker engine"):
            return self._client

    @contextmanager
    def saying(self, doing: str) -> Iterator[None]:
        """Turn the client's exceptions into a `RefusedError` that starts with what was being done."""
        from docker import errors  # noqa: PLC0415 - 0.2 s that previews save
        from requests import exceptions  # noqa: PLC0415 - as above

        try:
            yield
        except errors.APIError as error:
            raise RefusedError(f"cannot {doing}: {explain(str(error.explanation or error))}") from error
        except (errors.DockerException, exceptions.ConnectionError) as error:
            raise RefusedError(
                f"cannot {doing}: no Docker engine answers at {self.host}; start it or set DOCKER_HOST"
            ) from error

    def check_cancelled(self) -> None:
        """Raise CancelledError once the user has interrupted the engine."""
        if self.cancelled.is_set():
            raise CancelledError("interrupted; the next `pulumi up` continues here")


_EXPLANATIONS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"Bind for (\S+) failed: port is already allocated",
        lambda m: f"port {m[1]} is taken by another container; stop it or choose another port",
    ),
    (
        r"listen \w+ (\S+): bind: address already in use",
        lambda m: f"port {m[1]} is taken by another program; stop it or choose another port",
    ),
    (
        r'[Cc]onflict\. The container name "/?([^"]+)" is already in use',
        lambda m: f"a container named {m[1]} exists that is not in this stack;  `docker rm -f {m[1]}` removes it",
    ),
    (
        r"network with name (\S+) already exists",
        lambda m: f"a network named {m[1]} exists that is not in this stack;  `docker network rm {m[1]}` removes it",
    ),
    (
        r"Pool overlaps with other one on this address space",
        lambda _: "its subnet overlaps another network's; choose another subnet, or remove the other network",
    ),
    (
        r"could not find an available, non-overlapping IPv4 address pool",
        lambda _: "the engine's address pools are exhausted; give the network a subnet, or remove unused networks",
    ),
    (
        r"container rootfs is marked read-only",
        lambda _: "container rootfs is marked read-only; files must reach it through a volume",
    ),
    (
        r"(?:Get|Head|Post) \"https?://([^/\"]+)[^:]*: .*(?:no such host|timeout|refused|unreachable|exceeded)",
        lambda m: f"registry {m[1]} cannot be reached; build or load the image beforehand",
    ),
    (
        r"OCI runtime create failed: .*?((?:exec|chdir|mount).*?)(?:: unknown)?$",
        lambda m: f"its process cannot run: {m[1]}; check command, entrypoint, user and mounts",
    ),
    (r"[Nn]o such image: (\S+)", lambda m: f"there is no image {m[1]}; build or pull it first"),
)


def explain(message: str) -> str:
    """One line for the engine's message, with a remedy where there is a usual one."""
    for pattern, say in _EXPLANATIONS:
        found = re.search(pattern, message)
        if found:
            return say(found)
    return " ".join(message.split())


def is_missing(error: BaseException | None) -> bool:
    """Whether a refusal means that the thing does not exist."""
    from docker import errors  # noqa: PLC0415 - 0.2 s that previews save

    cause = error.__cause__ if isinstance(error, RefusedError) else error
    return isinstance(cause, errors.NotFound)
