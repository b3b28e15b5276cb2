"""The changes that a preview plans, read from the plan that it saves and from its event log.

The CLI calls a resource unchanged when its inputs are. An update also writes outputs, dependencies, protection and
retention, without which a later `down` would go wrong; so they count as changes here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery.recorded import ENGINE, Resource, resources

# Reading a resource again (preview --refresh) is no change by itself.
_READING = ("refresh", "read")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What an update would do: a line per change, and the packages of every resource that the program declares."""

    changes: tuple[str, ...]
    packages: frozenset[str]


def read(state: str, plan: Path, log: Path) -> Planned:
    """Compare an exported state (JSON) with a saved plan and the log of the preview that saved it."""
    found: dict[str, Any] = json.loads(plan.read_text())["resourcePlans"]
    recorded = {resource.urn: resource for resource in resources(state) if not resource.delete}
    return Planned(
        changes=tuple(
            f"{urn.rpartition('::')[2]}: {what}"
            for urn, retained in _retained(log, found).items()
            for what in _changes(found[urn], recorded.get(urn), retained=retained)
        ),
        packages=frozenset(_packages(found)),
    )


def _packages(plan: Mapping[str, Any]) -> Iterator[str]:
    for entry in plan.values():
        goal = entry.get("goal") or {}
        package = goal.get("type", "").partition(":")[0]
        if goal.get("custom") and package != ENGINE:
            yield package


def _changes(entry: Mapping[str, Any], recorded: Resource | None, *, retained: bool) -> Iterator[str]:
    steps = [step for step in entry["steps"] if step not in _READING]
    goal = entry.get("goal")
    if steps != ["same"] or recorded is None or goal is None:
        yield ", ".join(steps) or "read"
        return
    if goal.get("outputDiff") or goal.get("inputDiff"):
        yield "outputs"
    if _dependencies(goal) != recorded.dependencies:
        yield "dependencies"
    if goal.get("protect", False) != recorded.protect:
        yield "protection"
    if retained != recorded.retain_on_delete:
        yield "what becomes of it when it is deleted"
    if goal.get("parent", "") != recorded.parent:
        yield "parent"


def _dependencies(goal: Mapping[str, Any]) -> frozenset[str]:
    by_property = (goal.get("propertyDependencies") or {}).values()
    return frozenset([*(goal.get("dependencies") or ()), *(urn for urns in by_property for urn in urns or ())])


def _retained(log: Path, plan: Mapping[str, Any]) -> dict[str, bool]:
    """Return for each planned resource whether it outlives its deletion, which the plan does not say."""
    found = dict.fromkeys(plan, False)
    with log.open() as lines:
        for line in lines:
            if '"retainOnDelete":true' not in line:
                continue
            metadata = (json.loads(line).get("resourcePreEvent") or {}).get("metadata") or {}
            if metadata.get("urn") in found:
                found[metadata["urn"]] = bool((metadata.get("new") or {}).get("retainOnDelete"))
    return found
