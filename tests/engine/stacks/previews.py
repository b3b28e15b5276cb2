"""What a preview would do, read from the CLI's JSON."""

import json
from dataclasses import dataclass
from typing import Any

from tests.harness.pulumi import PulumiStack

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One resource in a preview: what would be done to it, and its inputs from then on (None: it goes).

    ``after`` are the resources that it waits for by itself, and that outlive it.
    """

    operation: str
    inputs: dict[str, Any] | None
    after: frozenset[Key]


def type_and_name(urn: str) -> Key:
    """Return what a URN says of the resource itself: its type token and its name."""
    # urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def planned(stack: PulumiStack, *options: str) -> dict[Key, Planned]:
    """Preview the stack file as it is, with more ``options`` of the command; returns every step by (type token, name).

    The CLI leaves out what stays the same, but for the stack itself. Of the several steps of a replacement the one
    called ``replace`` is told.
    """
    found: dict[Key, Planned] = {}
    for entry in _steps(stack, *options):
        then = entry.get("newState") or {}
        after = frozenset(map(type_and_name, then.get("dependencies") or ()))
        step = Planned(operation=entry["op"], inputs=then.get("inputs"), after=after)
        key = type_and_name(entry["urn"])
        if key not in found or step.operation == "replace":
            found[key] = step
    return found


def resources(stack: PulumiStack) -> list[str]:
    """Preview, held against the policies; returns ``type name`` of every resource that the stack would have, sorted."""
    return sorted(f"{kind} {name}" for kind, name in planned(stack, "--policy-pack", "policies"))


def urns(stack: PulumiStack) -> dict[str, set[str]]:
    """Preview; returns what would be done to recorded resources, by the URN that they are recorded under."""
    found: dict[str, set[str]] = {}
    for entry in _steps(stack):
        if entry["op"] != "same" and (before := entry.get("oldState")):
            found.setdefault(before["urn"], set()).add(entry["op"])
    return found


def _steps(stack: PulumiStack, *options: str) -> list[dict[str, Any]]:
    run = stack.pulumi("preview", "--json", *options, merge=False)
    if run.code != 0:
        # JSON leaves out which policies were violated, and is megabytes long.
        stack.pulumi("preview", *options).succeeded()
    run.succeeded()
    found: list[dict[str, Any]] = json.loads(run.text)["steps"]
    return found
