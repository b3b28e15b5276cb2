"""What a preview would do, read from the CLI's JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.engine.stacks.facts import facts_of
from tests.harness.pulumi import PulumiStack

Key = tuple[str, str]
_GUARDS = ("protect", "retainOnDelete")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One resource in a preview: what would be done to it, and its inputs from then on (None: it goes).

    ``after`` are the resources that it waits for by itself, and that outlive it. ``guards`` keep it from being deleted:
    ``protect``, ``retainOnDelete``.
    """

    operation: str
    inputs: dict[str, Any] | None
    after: frozenset[Key]
    guards: tuple[str, ...] = ()


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
        guards = tuple(option for option in _GUARDS if then.get(option))
        step = Planned(operation=entry["op"], inputs=then.get("inputs"), after=after, guards=guards)
        key = type_and_name(entry["urn"])
        if key not in found or step.operation == "replace":
            found[key] = step
    return found


def resources(stack: PulumiStack) -> list[str]:
    """Preview, checked against the policies; returns the stack's resources as golden lists hold them."""
    return described(planned(stack, "--policy-pack", "policies"))


def described(steps: Mapping[Key, Planned]) -> list[str]:
    """Return the lines ``type name`` and ``type name property = value``, sorted."""
    return sorted(line for (kind, name), step in steps.items() for line in _lines(kind, name, step))


def _lines(kind: str, name: str, step: Planned) -> Iterator[str]:
    yield f"{kind} {name}"
    yield from (f"{kind} {name} {fact}" for fact in facts_of(kind, step.inputs or {}))
    yield from (f"{kind} {name} {guard} = true" for guard in step.guards)


def difference(usual: Iterable[str], found: Iterable[str]) -> list[str]:
    """Return the lines that are more, then those that are fewer."""
    more, fewer = set(found) - set(usual), set(usual) - set(found)
    return [*(f"+ {line}" for line in sorted(more)), *(f"- {line}" for line in sorted(fewer))]


def urns(stack: PulumiStack, *options: str) -> dict[str, set[str]]:
    """Preview with ``options`` of the command; returns what would be done to recorded resources, by recorded URN."""
    found: dict[str, set[str]] = {}
    for entry in _steps(stack, *options):
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
