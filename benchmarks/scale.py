"""How `pulumi preview` and `pulumi up` grow with the number of data planes, when there is nothing to change."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from benchmarks.model import Cell, Section, middle, ratio
from benchmarks.processes import BenchmarkError, Cost
from benchmarks.stacks import BenchStack, bench_stack

NAME = "scale"
PLANES = (3, 10, 100)
QUICK_PLANES = (3, 10)
_FEW_WORDS = 60
_PREVIEW, _UPDATE = "preview, one plane changed", "update, one plane changed"
COLUMNS = (
    "planes",
    "÷ 3",
    "resources",
    "command",
    "median s",
    "÷ 3 planes",
    "ms a plane",
    "CPU s",
    "÷ 3 planes",
    "peak MiB",
    "÷ 3 planes",
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One command at one size; the tuples have an entry per run."""

    planes: int
    resources: int
    command: str
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    peak_mib: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What was measured at each size, and a line on how each was made."""

    found: tuple[Measured, ...]
    created: tuple[str, ...]

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The measurements as rows of a table of ``COLUMNS``."""
        return tuple(_row(each, self.found) for each in self.found)

    @property
    def samples(self) -> dict[str, tuple[float, ...]]:
        """The single measurements by name."""
        return {
            f"{each.command}/{each.planes}/{what}": values
            for each in self.found
            for what, values in (("s", each.seconds), ("cpu", each.cpu_seconds), ("mib", each.peak_mib))
        }


def measure_sizes(
    make: Callable[[tuple[str, ...]], AbstractContextManager[BenchStack]],
    create: Callable[[BenchStack], Cost],
    *,
    repeat: int,
    quick: bool,
    note: Callable[[str], None],
    on_docker: bool = False,
) -> Sizes:
    """Make a stack of each size and ``create`` what is in it once, then measure commands that change nothing.

    ``on_docker``: the look at what is live too, which has a reader there, and commands that change one plane.
    """
    found: list[Measured] = []
    created: list[str] = []
    for planes in QUICK_PLANES if quick else PLANES:
        try:
            with make(tuple(f"plane{number}" for number in range(planes))) as stack:
                note(f"creating {planes} planes")
                created.append(f"{planes} planes {create(stack).seconds:.0f} s")
                found += _commands(stack, planes, repeat, note, on_docker=on_docker)
                if on_docker:
                    found += _changed(stack, planes, repeat, note)
                note(f"removing {planes} planes")
        except BenchmarkError as error:
            if not found:
                raise
            # What smaller sizes showed is worth keeping.
            created.append(f"{planes} planes failed or were too slow ({str(error)[:_FEW_WORDS]})")
            break
    return Sizes(found=tuple(found), created=tuple(created))


def run(*, repeat: int, quick: bool, note: Callable[[str], None]) -> Section:
    """Measure sizes of a stack on Docker whose services are never started."""
    create = BenchStack.create_never_started
    sizes = measure_sizes(bench_stack, create, repeat=repeat, quick=quick, note=note, on_docker=True)
    return Section(
        name=NAME,
        title="Nothing to change: Pulumi by number of data planes",
        columns=COLUMNS,
        rows=sizes.rows,
        notes=(
            "Services are made and never started, so that 100 planes fit on one machine; the commands measured are",
            "the product's own program on a state that says they run, by plain Pulumi, which looks at no container.",
            "`planewatch up` without changes is the look, and hashes what decides the result; --full adds a preview.",
            "`up` is preview and update, as plain Pulumi has it; the policy pack judges where not said otherwise. One",
            "unmeasured update comes first: the one after the state was edited writes everything once more.",
            f"Creating them, once each: {'; '.join(sizes.created)}.",
            "One plane changed: its application is replaced, started and waited for, as `planewatch up` does it;",
            f"the update costs so many times the preview: {_halves(sizes.found)} (bound 1.5; both together 2.5).",
            "CPU time is steadier than wall time when others use the machine.",
            "Memory: CLI, language host, policy pack and plugin together; pages they share count more than once.",
        ),
        samples=sizes.samples,
    )


def _commands(
    stack: BenchStack, planes: int, repeat: int, note: Callable[[str], None], *, on_docker: bool
) -> list[Measured]:
    resources = _count(stack)
    # The first update after the state was edited writes everything once more.
    stack.up(unchanged=True, policies=False)
    found = []
    for command, act in (
        *((("look at what is live", stack.look),) if on_docker else ()),
        ("preview", stack.preview),
        ("up", partial(stack.up, unchanged=True)),
        ("up, no policies", partial(stack.up, unchanged=True, policies=False)),
    ):
        note(f"{planes} planes: {command}, {repeat} times")
        found.append(_measured(planes, resources, command, [act() for _ in range(repeat)]))
    return found


def _changed(stack: BenchStack, planes: int, repeat: int, note: Callable[[str], None]) -> list[Measured]:
    """Replace the application of one plane, which is really started: nothing else waits for it."""
    note(f"{planes} planes: one of them changed, {repeat} times")
    previews, updates = [], []
    for _ in range(repeat):
        stack.change()
        previews.append(stack.preview(unchanged=False))
        updates.append(stack.update())
    resources = _count(stack)
    return [_measured(planes, resources, _PREVIEW, previews), _measured(planes, resources, _UPDATE, updates)]


def _halves(found: Sequence[Measured]) -> str:
    """Say what an update costs beside the preview before it."""
    medians = {(each.command, each.planes): middle(each.seconds) for each in found}
    ratios = (
        f"{planes} planes {ratio(medians.get((_UPDATE, planes)), medians.get((_PREVIEW, planes))) or 0:.2f}"
        for command, planes in medians
        if command == _UPDATE
    )
    return ", ".join(ratios)


def _measured(planes: int, resources: int, command: str, costs: list[Cost]) -> Measured:
    return Measured(
        planes=planes,
        resources=resources,
        command=command,
        seconds=tuple(cost.seconds for cost in costs),
        cpu_seconds=tuple(cost.cpu_seconds for cost in costs if cost.cpu_seconds is not None),
        peak_mib=tuple(cost.peak_mib for cost in costs if cost.peak_mib is not None),
    )


def _row(each: Measured, found: Sequence[Measured]) -> tuple[Cell, ...]:
    base = next(one for one in found if one.command == each.command)
    seconds, cpu, memory = middle(each.seconds), middle(each.cpu_seconds), middle(each.peak_mib)
    return (
        each.planes,
        ratio(each.planes, base.planes),
        each.resources,
        each.command,
        seconds,
        ratio(seconds, middle(base.seconds)),
        1000 * seconds / each.planes if seconds else None,
        cpu,
        ratio(cpu, middle(base.cpu_seconds)),
        memory,
        ratio(memory, middle(base.peak_mib)),
    )


def _count(stack: BenchStack) -> int:
    state = stack.pulumi_stack.pulumi("stack", "export", merge=False).succeeded().text
    return len(json.loads(state)["deployment"]["resources"])
