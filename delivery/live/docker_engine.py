"""Compare a stack with what a Docker engine has of it.

A container's image, command, environment, mounts, user and rights never change under one id. So the id covers them, and
what is compared is what can change: whether it is there and runs, its name, limits, restart policy and networks.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import docker
import requests
from docker.errors import DockerException, NotFound

from delivery.live.model import DOCKER_TYPES, Difference, UnreachableError
from delivery.recorded import Resource

_ANSWER_S = 30
_AT_ONCE = 8
# How long a container may be starting before it counts as it is.
_SETTLE_S, _PAUSE_S = 60.0, 0.25
_MIB = 1024 * 1024
_NANO = 10**9
Facts = Mapping[str, Any]


def differences(resources: tuple[Resource, ...], environ: Mapping[str, str]) -> tuple[Difference, ...]:
    """Compare containers, networks, volumes and images; raises `UnreachableError` when no engine answers."""
    try:
        with (
            closing(docker.from_env(timeout=_ANSWER_S, environment=dict(environ))) as client,
            ThreadPoolExecutor(_AT_ONCE) as pool,
        ):
            engine = _Engine(client=client.api, listed=_Listed.of(client.api))
            found = list(pool.map(engine.differences, resources))
    except (DockerException, requests.RequestException) as error:
        raise UnreachableError(f"the Docker engine does not answer: {error}") from error
    return tuple(difference for each in found for difference in each)


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """What one listing of a kind shows."""

    networks: frozenset[str]
    volumes: frozenset[str]
    images: Mapping[str, str]

    @classmethod
    def of(cls, client: docker.APIClient) -> "_Listed":
        return cls(
            networks=frozenset(entry["Id"] for entry in client.networks()),
            volumes=frozenset(entry["Name"] for entry in client.volumes().get("Volumes") or ()),
            images={
                name: entry["Id"]
                for entry in client.images()
                for name in (*(entry.get("RepoTags") or ()), *(entry.get("RepoDigests") or ()))
            },
        )


@dataclass(frozen=True, kw_only=True)
class _Engine:
    client: docker.APIClient
    listed: _Listed

    def differences(self, resource: Resource) -> list[Difference]:
        return [_difference(resource, *found) for found in self._found(resource)]

    def _found(self, resource: Resource) -> Iterator[tuple[str, bool]]:
        match resource.type:
            case "docker:index/container:Container":
                yield from self._container(resource)
            case "docker:index/network:Network":
                if resource.id not in self.listed.networks:
                    yield "is gone", False
            case "docker:index/volume:Volume":
                if resource.id not in self.listed.volumes:
                    yield "is gone", False
            case "docker:index/remoteImage:RemoteImage":
                yield from image(resource, self._image(resource.outputs["name"]))
            case other:
                raise ValueError(
                    f"{other} is not among the types that are looked at: {', '.join(sorted(DOCKER_TYPES))}"
                )

    def _image(self, name: str) -> str | None:
        """Return the id of the image that a name means, None where there is none."""
        if name in self.listed.images:
            return self.listed.images[name]
        # The engine lists no name as `docker.io/busybox:1` or `busybox:1@sha256:…`, but knows what it means.
        try:
            found: Facts = self.client.inspect_image(name)  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        except NotFound:
            return None
        return str(found["Id"])

    def _container(self, resource: Resource) -> Iterator[tuple[str, bool]]:
        try:
            facts = self._settled(resource.id)
        except NotFound:
            yield "is gone", False
            return
        yield from container(resource.inputs, resource.outputs, facts)

    def _settled(self, identity: str) -> Facts:
        """Inspect a container, once more and again while its first health check is still to come."""
        deadline = time.monotonic() + _SETTLE_S
        while True:
            facts: Facts = self.client.inspect_container(identity)
            starting = (facts["State"].get("Health") or {}).get("Status") == "starting"
            if not (starting and facts["State"]["Running"]) or time.monotonic() > deadline:
                return facts
            time.sleep(_PAUSE_S)


def image(resource: Resource, tagged: str | None) -> Iterator[tuple[str, bool]]:
    """Yield how a recorded image differs from the id that its name has on the engine (None: no image is called so)."""
    if tagged is None:
        yield "is gone", False
    # The name of one that is built tells its content, and each builder gives the same content another id.
    elif tagged != resource.outputs["imageId"] and not resource.inputs.get("build"):
        yield f"is {tagged}, not {resource.outputs['imageId']}", False


def container(inputs: Mapping[str, Any], recorded: Mapping[str, Any], facts: Facts) -> Iterator[tuple[str, bool]]:
    """Yield how a container (an answer to inspect) differs from recorded outputs, and if only replacing it helps.

    What the program does not set is never set back by an update.
    """
    if recorded.get("mustRun") and recorded.get("start", True):
        yield from _state(facts["State"])
    if recorded.get("attach") and (code := facts["State"]["ExitCode"]):
        # A job that failed; what it precedes waits for a good one.
        yield f"exited with code {code}", True
    for key, live, wanted in _changeable(recorded, facts):
        if live != wanted:
            yield f"{key} is {live}, not {wanted}", key not in inputs
    yield from ((f"is not attached to network {name}", True) for name in sorted(_detached(recorded, facts)))


def _state(state: Facts) -> Iterator[tuple[str, bool]]:
    health = (state.get("Health") or {}).get("Status")
    if state.get("Paused"):
        yield "is paused", True
    elif not state["Running"]:
        yield f"does not run ({state['Status']}, exit code {state['ExitCode']})", False
    elif state.get("Restarting"):
        yield f"keeps restarting (exit code {state['ExitCode']})", False
    elif health not in (None, "none", "healthy"):
        yield f"is {health}", False


def _changeable(recorded: Mapping[str, Any], facts: Facts) -> Iterator[tuple[str, object, object]]:
    host = facts["HostConfig"]
    readings: dict[str, Callable[[], object]] = {
        "name": lambda: facts["Name"].removeprefix("/"),
        "memory": lambda: host["Memory"] // _MIB,
        "memorySwap": lambda: host["MemorySwap"] // _MIB if host["MemorySwap"] > 0 else host["MemorySwap"],
        "memoryReservation": lambda: host["MemoryReservation"] // _MIB,
        "cpuShares": lambda: host["CpuShares"],
        "cpuSet": lambda: host["CpusetCpus"],
        "restart": lambda: host["RestartPolicy"]["Name"] or "no",
        "maxRetryCount": lambda: host["RestartPolicy"]["MaximumRetryCount"],
    }
    for key, read in readings.items():
        if (wanted := recorded.get(key)) is not None:
            yield key, read(), wanted
    if wanted := recorded.get("cpus"):
        # Plugins write it in several ways: 1, 1.0.
        yield "cpus", host["NanoCpus"] / _NANO, float(wanted)


def _detached(recorded: Mapping[str, Any], facts: Facts) -> set[str]:
    attached = facts["NetworkSettings"]["Networks"] or {}
    known = {*attached, *(entry.get("NetworkID") for entry in attached.values())}
    return {name for entry in recorded.get("networksAdvanced") or () if (name := entry["name"]) not in known}


def _difference(resource: Resource, what: str, replace: bool) -> Difference:
    return Difference(urn=resource.urn, name=resource.outputs.get("name") or resource.name, what=what, replace=replace)
