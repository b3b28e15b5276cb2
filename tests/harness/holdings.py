"""Everything that an engine holds, to be compared before and after."""

from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import NotFound

from tests.harness.waiting import wait_until

# The stack that a thing belongs to, or that a test made it for.
_LABELS = ("planewatch.stack", "planewatch.test")
# What tests of the Docker plugin make beside us on the same engine begins so.
_OTHERS = ("pwplug-", "pwbuild-")
_GONE_WITHIN_S = 30


def holdings(client: docker.DockerClient, stack: str) -> frozenset[str]:
    """Return every container, network, volume and nameless image but those of stacks other than ``stack``."""
    api = client.api
    containers = [(each["Names"][0].lstrip("/"), each) for each in api.containers(all=True)]
    networks = [(each["Name"], each) for each in api.networks()]
    volumes = [(each["Name"], each) for each in api.volumes()["Volumes"] or []]
    named = {"container": containers, "network": networks, "volume": volumes}
    found = [
        f"{kind} {name}"
        for kind, things in named.items()
        for name, facts in things
        if not name.startswith(_OTHERS) and _stack_of(facts) in (None, stack)
    ]
    images = api.images(filters={"dangling": True}, quiet=True)
    return frozenset([*found, *(f"image {image} ({_made_by(client, image)})" for image in images)])


def assert_nothing_new(client: docker.DockerClient, stack: str, before: frozenset[str]) -> None:
    """Wait until the engine holds nothing that it did not hold ``before``; AssertionError that lists what is new."""
    wait_until(
        lambda: sorted(holdings(client, stack) - before),
        lambda new: not new,
        within_s=_GONE_WITHIN_S,
        what=f"the engine holds what it held before stack {stack}",
        every_s=1,
    )


def _stack_of(facts: Mapping[str, Any]) -> str | None:
    labels: Mapping[str, str] = facts.get("Labels") or {}
    return next((labels[label] for label in _LABELS if label in labels), None)


def _made_by(client: docker.DockerClient, image: str) -> str:
    try:
        history = client.images.get(image).history()
    except NotFound:  # it went meanwhile, or got a name
        return "gone"
    return str(history[0]["CreatedBy"])[:80]
