"""The same three planes by what a person would take instead: docker compose on an equal compose file."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from benchmarks.compose_file import write
from benchmarks.compose_program import Compose, obtain
from benchmarks.model import Cell, Section, middle, ratio
from benchmarks.processes import Cost, measure
from benchmarks.recording import record
from benchmarks.stacks import bench_stack
from delivery.workspace import PROJECT
from tests.harness.containers import engine_of
from tests.harness.pulumi import ROOT, stack_name
from tests.harness.settings import local_settings

NAME = "peers"
PLANES = ("prod", "dev", "qa")
_TITLE = "One control plane and three data planes: planewatch beside docker compose"
_COLD, _SAME, _FULL, _DOWN = "cold up", "no-change up", "no-change up --full", "down"


@dataclass(kw_only=True)
class Costs:
    """What each step cost, run by run."""

    steps: dict[str, list[Cost]] = field(default_factory=dict)

    def add(self, step: str, cost: Cost) -> None:
        """Keep one run."""
        self.steps.setdefault(step, []).append(cost)

    def seconds(self, step: str) -> tuple[float, ...]:
        """Return wall seconds of each run."""
        return tuple(cost.seconds for cost in self.steps.get(step, []))

    def cpu(self, step: str) -> tuple[float, ...]:
        """Return CPU seconds of each run."""
        return tuple(cost.cpu_seconds for cost in self.steps.get(step, []) if cost.cpu_seconds is not None)

    def memory(self, step: str) -> tuple[float, ...]:
        """Return peak MiB of each run."""
        return tuple(cost.peak_mib for cost in self.steps.get(step, []) if cost.peak_mib is not None)


def run(*, repeat: int, quick: bool, note: Callable[[str], None]) -> Section:
    """Take turns: planewatch up, up again, down; then compose the same. Raises `UnavailableError` without compose."""
    compose = obtain(note)
    ours, theirs = Costs(), Costs()
    for turn in range(1 if quick else repeat):
        note(f"turn {turn + 1}: planewatch")
        _planewatch(ours, note)
        note(f"turn {turn + 1}: compose")
        _compose(theirs, compose, note)
    rows = [_row(step, ours, theirs, _SAME if step == _FULL else step) for step in (_COLD, _SAME, _FULL, _DOWN)]
    return Section(
        name=NAME,
        title=_TITLE,
        columns=("step", "ours s", "compose s", "÷ compose", "ours CPU s", "compose", "ours MiB", "compose"),
        rows=tuple(rows),
        notes=(
            f"Compose is {compose.origin}; its file has what the program declares, container for container.",
            "Cold: images are there, nothing else; it ends when every service is healthy. Down removes data, too.",
            "CPU and memory are the clients', not the engine's.",
            "Ours are `planewatch up` and `down`. A cold `up` previews, holds the plan against the policies and",
            "records state; one without changes looks at every container, as compose does; --full adds a preview.",
            "docs/benchmarks.md compares with OpenTofu, which is no part of this command.",
        ),
        samples={
            f"{who}/{step}/{what}": values
            for who, costs in (("planewatch", ours), ("compose", theirs))
            for step in costs.steps
            for what, values in (("s", costs.seconds(step)), ("cpu", costs.cpu(step)), ("mib", costs.memory(step)))
        },
    )


def _planewatch(costs: Costs, note: Callable[[str], None]) -> None:
    with bench_stack(PLANES) as stack:
        for step, act in (
            (_COLD, partial(stack.planewatch, "up")),
            (_SAME, partial(stack.planewatch, "up")),
            (_FULL, partial(stack.planewatch, "up", "--full")),
            (_DOWN, partial(stack.planewatch, "down", "--data", "delete")),
        ):
            note(step)
            costs.add(step, act())


def _compose(costs: Costs, compose: Compose, note: Callable[[str], None]) -> None:
    name = stack_name("bench")
    with tempfile.TemporaryDirectory(prefix="planewatch-bench-") as scratch:
        file = write(record(name, _stack_file()), Path(scratch))
        command = [*compose.command, "--project-name", name, "--file", str(file)]
        try:
            for step, arguments in (
                (_COLD, ("up", "--detach", "--wait")),
                (_SAME, ("up", "--detach", "--wait")),
                (_DOWN, ("down", "--volumes")),
            ):
                note(step)
                costs.add(step, measure([*command, *arguments], cwd=ROOT, environment=os.environ))
        finally:
            with engine_of(name) as engine:
                engine.remove_leftovers()


def _stack_file() -> str:
    settings = local_settings(PLANES)
    return yaml.safe_dump({"config": {f"{PROJECT}:{key}": value for key, value in settings.items()}})


def _row(step: str, ours: Costs, theirs: Costs, their_step: str) -> tuple[Cell, ...]:
    def pair(of: Callable[[Costs, str], tuple[float, ...]]) -> tuple[float | None, float | None]:
        return middle(of(ours, step)), middle(of(theirs, their_step))

    (wall, their_wall), (cpu, their_cpu), (memory, their_memory) = map(pair, (Costs.seconds, Costs.cpu, Costs.memory))
    return (step, wall, their_wall, ratio(wall, their_wall), cpu, their_cpu, memory, their_memory)
