"""Clean up after a killed command: its lock, and resources that it was creating.

An interrupted command (Ctrl-C) cleans up after itself; this is for a killed one, or a machine that went down.
"""

import json
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, DockerException, NotFound
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from delivery.errors import CommandError
from delivery.recorded import Resource, bookkeeping
from delivery.workspace import PROJECT

Note = Callable[[str], None]
_NETWORK, _CONTAINER = "docker:index/network:Network", "docker:index/container:Container"
_LABEL = "planewatch.stack"
_ENGINE_TIMEOUT_S = 60
# The engine's clock and the CLI's are one machine's, but for engines elsewhere.
_CLOCKS_APART = timedelta(seconds=2)


class Lock(BaseModel):
    """What Pulumi's file backend writes about the command that works on a stack."""

    model_config = ConfigDict(frozen=True)

    pid: int
    hostname: str

    def is_stale(self) -> bool:
        """Whether its process is gone; locks of other machines count as held."""
        return self.hostname == socket.gethostname() and not _runs_pulumi(self.pid)


class PendingOperation(BaseModel):
    """An operation that was pending when the state was last saved."""

    model_config = ConfigDict(frozen=True)

    class Resource(BaseModel):
        """The resource under way; ``inputs`` are what it was to be made of."""

        model_config = ConfigDict(frozen=True)

        type: str
        inputs: dict[str, Any] = {}

    kind: str = Field(alias="type")
    resource: Resource


def remove_stale_locks(backend: str, stack: str, note: Note) -> None:
    """Remove locks of dead processes from a file backend (``file://…``); other backends do this themselves."""
    for path in _locks(backend, stack):
        try:
            lock = Lock.model_validate_json(path.read_text())
        except (OSError, ValidationError):
            continue
        if lock.is_stale():
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)
            note(f"removed the lock of process {lock.pid}, which was killed while it worked on stack {stack}")


def is_locked(backend: str, stack: str) -> bool:
    """Whether a command is running on the stack of a file backend, or seems to be."""
    return any(True for _ in _locks(backend, stack))


def pending_operations(state: str) -> tuple[PendingOperation, ...]:
    """Read what was under way from an exported state (JSON)."""
    entries = json.loads(state)["deployment"].get("pending_operations") or ()
    return tuple(PendingOperation.model_validate(entry) for entry in entries)


def remove_pending_creates(
    operations: tuple[PendingOperation, ...], stack: str, note: Note, environ: Mapping[str, str] = os.environ
) -> None:
    """Remove networks and containers that the engine has, the state has not, and that bear the stack's label.

    A half-made volume is adopted by the next deployment, and an image is no one's, so both stay: no data is touched.
    ``environ`` says where the engine is. Raises `CommandError` when it does not answer.
    """
    wanted = [
        (operation.resource.type, name)
        for operation in operations
        if operation.kind == "creating"
        and operation.resource.type in (_NETWORK, _CONTAINER)
        and isinstance(name := operation.resource.inputs.get("name"), str)
    ]
    if wanted:
        with _engine(environ) as client:
            for kind, name in wanted:
                if _remove(client, kind, name, stack):
                    note(f"removed {name}, which was being created when a command was killed")


def remove_unrecorded(
    began: datetime,
    recorded: Iterable[Resource],
    stack: str,
    note: Note,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Remove what a command that ``began`` then and was killed made on the engine without having recorded it.

    Its state was to be written at its end. Containers and networks with the stack's label go when they are younger
    than the command and not in the state; volumes and images stay, as above. Raises `CommandError` when the engine does
    not answer.
    """
    known = {resource.id for resource in recorded}
    with _engine(environ) as client:
        filters = {"label": f"{_LABEL}={stack}"}
        for entry in client.api.containers(all=True, filters=filters):
            if entry["Id"] not in known and _moment(entry["Created"]) >= began - _CLOCKS_APART:
                _remove_container(client, entry["Id"])
                note(f"removed {entry['Names'][0].removeprefix('/')}, which a killed command had created")
        for entry in client.api.networks(filters=filters):
            if entry["Id"] not in known and _moment(entry["Created"]) >= began - _CLOCKS_APART:
                client.api.remove_network(entry["Id"])
                note(f"removed network {entry['Name']}, which a killed command had created")


@contextmanager
def _engine(environ: Mapping[str, str]) -> Iterator[docker.DockerClient]:
    try:
        with closing(docker.from_env(timeout=_ENGINE_TIMEOUT_S, environment=dict(environ))) as client:
            yield client
    except DockerException as error:
        raise CommandError(
            f"cannot remove what a killed command was creating: {error}",
            remedy="check that the Docker engine answers, then run the command again",
        ) from error


def _moment(created: int | str) -> datetime:
    """Read a time as the engine reports it: seconds for containers, text with nanoseconds for networks."""
    if isinstance(created, int):
        return datetime.fromtimestamp(created + 1, tz=UTC)  # seconds are cut off
    return datetime.fromisoformat(created)


def _remove(client: docker.DockerClient, kind: str, name: str, stack: str) -> bool:
    try:
        facts = client.api.inspect_network(name) if kind == _NETWORK else client.api.inspect_container(name)["Config"]
        if (facts.get("Labels") or {}).get(_LABEL) != stack:
            return False
        if kind == _NETWORK:
            client.api.remove_network(name)
        else:
            _remove_container(client, name)
    except NotFound:
        return False
    return True


def _remove_container(client: docker.DockerClient, name: str) -> None:
    try:
        client.api.remove_container(name, force=True)
    except APIError as error:
        # The plugin of the killed command lives a moment longer and takes away what it could not finish.
        if error.status_code != HTTPStatus.CONFLICT:
            raise
        client.api.wait(name, timeout=_ENGINE_TIMEOUT_S, condition="removed")


def _locks(backend: str, stack: str) -> Iterator[Path]:
    if folder := bookkeeping(backend):
        yield from (folder / "locks" / "organization" / PROJECT / stack).glob("*.json")


def _runs_pulumi(pid: int) -> bool:
    """Whether the process is alive and is Pulumi: by now its number may belong to another program."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and b"pulumi" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, IndexError):
        return True
