"""The Docker engine: the one that answers; on Debian and Ubuntu as root, the distribution's, installed and started."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.context import ContextAPI
from docker.errors import DockerException

from toolchain.obtain import apt, process
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import Attempt, ToolchainError, UnavailableError

DEFAULT_SOCKET = Path("/var/run/docker.sock")
START_SECONDS = 60.0
ANSWER_SECONDS = 5
OPERATION_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine that answered: where, and what it said of itself."""

    host: str
    version: str
    api: str
    architecture: str
    origin: str

    def client(self) -> docker.DockerClient:
        """Connect with a time-out that fits loading a large image."""
        return docker.DockerClient(
            base_url=self.host,
            version=self.api,
            timeout=OPERATION_SECONDS,
            use_ssh_client=self.host.startswith("ssh://"),
            tls=_tls(self.host),
        )


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine may be, who says so, and whether it was chosen on purpose (then no other is tried)."""

    host: str
    origin: str
    chosen: bool = False


def own_socket(cache: Cache) -> Path:
    """Return the socket of an engine that we start when the usual socket is taken."""
    return cache.root / "engine" / "docker.sock"


def addresses(cache: Cache, environ: Mapping[str, str]) -> tuple[Address, ...]:
    """List where to look, in order."""
    if host := environ.get("DOCKER_HOST"):
        return (Address(host, "DOCKER_HOST", chosen=True),)
    if context := _context(environ):
        return (context,)
    places = [Address(f"unix://{DEFAULT_SOCKET}", "the usual socket")]
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        places.append(Address(f"unix://{runtime}/docker.sock", "rootless engine"))
    places.append(Address(f"unix://{own_socket(cache)}", "started by planewatch"))
    return tuple(places)


def _context(environ: Mapping[str, str]) -> Address | None:
    """Read which Docker context is current; None for the default one."""
    name = environ.get("DOCKER_CONTEXT", "")
    if not name:
        folder = Path(environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
        try:
            name = str(json.loads((folder / "config.json").read_text()).get("currentContext", ""))
        except (OSError, ValueError):
            return None
    if name in {"", "default"}:
        return None
    context = ContextAPI.get_context(name)
    return Address(context.Host, f"Docker context {name}", chosen=True) if context and context.Host else None


def _tls(host: str) -> docker.TLSConfig | bool:
    """Take the client certificates of the usual variables for a TCP engine."""
    folder = os.environ.get("DOCKER_CERT_PATH")
    if not host.startswith("tcp://") or not os.environ.get("DOCKER_TLS_VERIFY") or not folder:
        return False
    return docker.TLSConfig(
        client_cert=(f"{folder}/cert.pem", f"{folder}/key.pem"), ca_cert=f"{folder}/ca.pem", verify=True
    )


def probe(address: Address) -> Engine:
    """Ask the engine at an address for its version; raises `UnavailableError` with the reason."""
    path = address.host.removeprefix("unix://")
    if path != address.host:
        try:
            with closing(socket.socket(socket.AF_UNIX)) as line:
                line.settimeout(ANSWER_SECONDS)
                line.connect(path)
        except FileNotFoundError as error:
            raise UnavailableError(f"socket {path} does not exist") from error
        except PermissionError as error:
            raise UnavailableError(f"no permission to use {path}") from error
        except OSError as error:
            raise UnavailableError(f"nothing answers at {path} ({error.strerror or error})") from error
    try:
        with closing(
            docker.DockerClient(
                base_url=address.host,
                version="auto",
                timeout=ANSWER_SECONDS,
                use_ssh_client=address.host.startswith("ssh://"),
                tls=_tls(address.host),
            )
        ) as client:
            facts = client.version()
            api = str(client.api.api_version)
    except (DockerException, OSError, ValueError) as error:
        raise UnavailableError(str(error)) from error
    return Engine(
        host=address.host,
        version=str(facts["Version"]),
        api=api,
        architecture=str(facts["Arch"]),
        origin=address.origin,
    )


def find(cache: Cache, environ: Mapping[str, str]) -> tuple[Engine | None, tuple[Attempt, ...]]:
    """Look for an engine that answers, changing nothing; also returns what was tried in vain."""
    attempts: list[Attempt] = []
    for address in addresses(cache, environ):
        try:
            return probe(address), tuple(attempts)
        except UnavailableError as error:
            attempts.append(Attempt(f"{address.host} ({address.origin})", error.reason))
    return None, tuple(attempts)


def ensure(cache: Cache, environ: Mapping[str, str], *, note: Callable[[str], None]) -> Engine:
    """Return an engine that answers, installing and starting the distribution's if that is allowed."""
    found, attempts = find(cache, environ)
    if found is not None:
        return found
    obstacle = why_not_start(cache, environ, attempts)
    if obstacle is not None:
        raise ToolchainError("a Docker engine", attempts=attempts, remedy=obstacle)
    log = cache.log("engine")
    try:
        with cache.lock("engine", note=note):
            found, _ = find(cache, environ)
            if found is not None:
                return found
            if shutil.which("dockerd") is None:
                note("installing the distribution's engine: apt-get install docker.io iptables")
                apt.install(("docker.io", "iptables"), log=log)
                found, _ = find(cache, environ)  # its own service may have come up with it
            return found or _start(cache, note=note)
    except UnavailableError as error:
        attempts += (Attempt("installing and starting one here", error.reason, error.log, error.tail),)
        raise ToolchainError(
            "a Docker engine",
            attempts=attempts,
            remedy="start a Docker engine yourself, or set DOCKER_HOST to a reachable one",
        ) from error


def why_not_start(cache: Cache, environ: Mapping[str, str], attempts: tuple[Attempt, ...]) -> str | None:
    """Say what the user has to do when we must not or cannot start an engine, None when we can."""
    if any(address.chosen for address in addresses(cache, environ)):
        return "start the engine that DOCKER_HOST or the Docker context points to, or choose another one"
    if os.geteuid() != 0:
        if any("no permission" in attempt.result for attempt in attempts):
            return "`sudo usermod -aG docker $USER` and log in again, or use Docker's rootless mode"
        return "start Docker, set up Docker's rootless mode, or run once as root, which installs one"
    if apt.forbidden(environ):
        return "start a Docker engine (NO_INSTALL is set, so nothing is installed or started here)"
    if shutil.which("dockerd") is None and not apt.present():
        return "install Docker; it is installed automatically only on Debian and Ubuntu"
    return None


def _start(cache: Cache, *, note: Callable[[str], None]) -> Engine:
    """Start the installed engine: as a service where there is a service manager, else with its state in the cache."""
    if Path("/run/systemd/system").is_dir():
        note("starting the docker service")
        process.run(["systemctl", "start", "docker"], log=cache.log("engine"), timeout=START_SECONDS)
        return _wait(Address(f"unix://{DEFAULT_SOCKET}", "docker service"), None)
    folder = cache.root / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    # Somebody else's engine that refuses us keeps its socket; a dead socket file is no reason to leave the usual place.
    usual = Address(f"unix://{DEFAULT_SOCKET}", "started by planewatch")
    address = usual if not _listening(DEFAULT_SOCKET) else Address(f"unix://{own_socket(cache)}", usual.origin)
    note(f"starting dockerd at {address.host}, state in {folder} (no service manager here)")
    _drop_stale_pidfile(folder / "dockerd.pid")
    log = folder / "dockerd.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            [
                "dockerd",
                *("--data-root", str(folder / "data")),
                *("--exec-root", str(folder / "exec")),
                *("--pidfile", str(folder / "dockerd.pid")),
                *("--host", address.host),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return _wait(address, child)
    except UnavailableError as error:
        process.end_group(child)
        raise UnavailableError(error.reason, log=log, tail=process.tail(log)) from error
    except BaseException:
        process.end_group(child)
        raise


def _drop_stale_pidfile(path: Path) -> None:
    """Remove what an engine of an earlier boot left: dockerd refuses to start when any process has that number now."""
    try:
        name = Path(f"/proc/{path.read_text().strip()}/comm").read_text().strip()
    except OSError:
        name = ""
    if name != "dockerd":
        path.unlink(missing_ok=True)


def _listening(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as line:
        try:
            line.connect(str(path))
        except OSError:
            return False
        return True


def _wait(address: Address, child: subprocess.Popen[bytes] | None) -> Engine:
    """Wait until the engine answers; raises `UnavailableError` when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return probe(address)
        except UnavailableError as error:
            if child is not None and child.poll() is not None:
                raise UnavailableError(f"dockerd ended with code {child.returncode}") from error
            if time.monotonic() > deadline:
                raise UnavailableError(f"{error.reason} within {START_SECONDS:.0f} s") from error
        time.sleep(0.2)
