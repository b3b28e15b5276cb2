"""What the containers that an update failed on last wrote, whichever Docker plugin ran.

The stand-in tells it and removes the container. The official plugin says only that the container did not become
healthy, and leaves it for the next update to replace.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

import docker
import requests
from docker.errors import DockerException, NotFound

from delivery.aws.refusals import Refusal

_CONTAINER = "docker:index/container:Container"
_STACK, _ZONE, _ROLE = "planewatch.stack", "planewatch.data_plane_id", "planewatch.role"
_TIMEOUT_S = 10
_ENDS_AGAIN_S, _PAUSE_S = 5.0, 0.2
_LINES = 20
# How the stand-in ends what it says of a container.
_TOLD = ("its last log lines:", "it has logged nothing")
Facts = Mapping[str, Any]


def last_words(refusals: Iterable[Refusal], stack: str, environ: Mapping[str, str]) -> list[str]:
    """Return how each container ended that an error is about, with its last log lines.

    Left out are those whose error has the lines already. ``environ`` says where the engine is; when that does not
    answer, the errors say so and nothing is added.
    """
    names = {one.name for one in refusals if one.kind == _CONTAINER and not any(told in one.message for told in _TOLD)}
    if not names:
        return []
    try:
        with closing(docker.from_env(timeout=_TIMEOUT_S, environment=dict(environ))) as client:
            return list(_said(client.api, stack, names))
    except (DockerException, requests.RequestException):
        return []


def _said(client: docker.APIClient, stack: str, names: set[str]) -> Iterator[str]:
    for listed in client.containers(all=True, filters={"label": f"{_STACK}={stack}"}):
        if f"{listed['Labels'].get(_ZONE)}-{listed['Labels'].get(_ROLE)}" not in names:
            continue
        try:
            facts = _ended(client, listed["Id"])
            if not (trouble := _trouble(facts)):
                continue
            written = client.logs(listed["Id"], tail=_LINES).decode(errors="replace").rstrip()
        except NotFound:
            continue
        end = f"{_TOLD[0]}\n{written}" if written else _TOLD[1]
        yield f"container {facts['Name'].removeprefix('/')} {trouble}; {end}"


def _ended(client: docker.APIClient, identity: str) -> Facts:
    """Inspect a container; one that keeps exiting tells its exit code only between two starts, which is waited for."""
    deadline = time.monotonic() + _ENDS_AGAIN_S
    while True:
        facts: Facts = client.inspect_container(identity)
        state = facts["State"]
        runs_again = facts["RestartCount"] and not state["ExitCode"] and _health(state) != "healthy"
        if not runs_again or time.monotonic() > deadline:
            return facts
        time.sleep(_PAUSE_S)


def _trouble(facts: Facts) -> str | None:
    """Return what is wrong with a container (an answer to inspect); None when it is well, or was never to run."""
    state, code = facts["State"], facts["State"]["ExitCode"]
    health = _health(state)
    if why := state.get("Error"):
        return f"could not be started: {why}"
    if state.get("Restarting") or (facts["RestartCount"] and health != "healthy"):
        return f"keeps exiting, last with code {code}" if code else "keeps exiting"
    if state["Status"] == "exited":
        return f"exited with code {code}" + (" (out of memory)" if state.get("OOMKilled") else "")
    if health not in ("", "none", "healthy"):
        checks = state["Health"].get("Log") or ()
        last = f" (last health check: exit code {checks[-1]['ExitCode']})" if checks else ""
        return f"runs and is {health}{last}"
    return None


def _health(state: Facts) -> str:
    return (state.get("Health") or {}).get("Status") or ""
