"""What of ours an engine holds, to be compared before and after a stack: by name, label, or what it was made of."""

import json
import re
from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import NotFound

from tests.harness.waiting import wait_until

# A stack's own things bear the first, what tests put beside them the second.
_LABELS = ("planewatch.stack", "planewatch.test")
# A word of ours, or a folder of our Dockerfiles: people who use the engine meanwhile make things of their own.
_OURS = re.compile(r"planewatch|/opt/venv|/app/\.venv|/app/apps")
# What tests of the Docker plugin make beside us on the same engine begins so.
_OTHER_TESTS = ("pwplug-", "pwbuild-")
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_GONE_WITHIN_S = 30


def holdings(client: docker.DockerClient, stack: str) -> frozenset[str]:
    """Return containers, networks, volumes and nameless images, but those of stacks other than ``stack``.

    Volumes without a name count when no container uses them: nothing tells whose they were.
    """
    api = client.api
    things: list[tuple[str, str, Mapping[str, Any]]] = [
        *(("container", each["Names"][0].lstrip("/"), each) for each in api.containers(all=True)),
        *(("network", each["Name"], each) for each in api.networks()),
        *(("volume", each["Name"], each) for each in api.volumes()["Volumes"] or []),
    ]
    unused = api.volumes(filters={"dangling": True})["Volumes"] or []
    nameless = api.images(filters={"dangling": True}, quiet=True)
    return frozenset(
        [
            *(f"{kind} {name}" for kind, name, facts in things if _is_ours(name, facts, stack)),
            *(f"volume {each['Name']}" for each in unused if _ANONYMOUS.fullmatch(each["Name"])),
            *(f"image {image} ({made})" for image in nameless if _OURS.search(made := _made_of(client, image))),
        ]
    )


def assert_nothing_new(
    client: docker.DockerClient, stack: str, before: frozenset[str], *, within_s: float = _GONE_WITHIN_S
) -> None:
    """Wait until the engine holds nothing that it did not hold ``before``; AssertionError that lists what is new."""
    wait_until(
        lambda: sorted(holdings(client, stack) - before),
        lambda new: not new,
        within_s=within_s,
        what=f"the engine holds what it held before stack {stack}",
        every_s=1,
    )


def _is_ours(name: str, facts: Mapping[str, Any], stack: str) -> bool:
    labels = facts.get("Labels") or {}
    if name.startswith(_OTHER_TESTS) or any(labels.get(label, stack) != stack for label in _LABELS):
        return False
    told = [name, facts.get("Image"), facts.get("Command")]
    return any(label in labels for label in _LABELS) or _OURS.search(json.dumps(told)) is not None


def _made_of(client: docker.DockerClient, image: str) -> str:
    try:
        history = client.images.get(image).history()
    except NotFound:  # it went meanwhile, or got a name
        return ""
    return " ".join(str(layer["CreatedBy"]) for layer in history[:3])
