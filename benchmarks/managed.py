"""What an outage of Managed Prometheus costs two agents and a collector, with kills in it; needs no account."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.model import Cell, Section
from tests.harness.managed_prometheus.agents import Programs
from tests.harness.managed_prometheus.outage import Return, record
from tests.harness.managed_prometheus.stack import OWN, SHARED, local_aws
from toolchain.obtain.errors import UnavailableError

NAME = "managed"
_OUTAGE_S, _QUICK_OUTAGE_S = 600.0, 60.0
_PLANES, _QUICK_PLANES = 100, 3


def run(*, quick: bool, note: Callable[[str], None]) -> Section:
    """Take the service away twice: the killed agent comes back after the outage, and within it."""
    programs = Programs(prometheus=_program("prometheus"), collector=_program("otelcol-contrib"))
    outage, planes = (_QUICK_OUTAGE_S, _QUICK_PLANES) if quick else (_OUTAGE_S, _PLANES)
    rows: list[tuple[Cell, ...]] = []
    for back in Return:
        note(f"Managed Prometheus goes away for {outage:g} s; an agent is killed and comes back {back.value}")
        rows.append(_measure(back, programs, outage, planes))
    return Section(
        name=NAME,
        title=f"Managed Prometheus (local) away for {outage:g} s, {planes} planes scraped every second",
        columns=(
            "killed agent is back",
            "longest gap, s",
            "scrapes lost",
            "points of the collector lost",
            "agent before, MiB",
            "agent at its end, MiB",
            "collector before, MiB",
            "collector at its end, MiB",
        ),
        rows=tuple(rows),
        notes=(
            "A gap as long as the outage: the killed agent won the first write, and its peer's backlog was dropped.",
        ),
    )


def _measure(back: Return, programs: Programs, outage_s: float, planes: int) -> tuple[Cell, ...]:
    with (
        tempfile.TemporaryDirectory(prefix="planewatch-managed-") as folder,
        local_aws(Path(folder), programs.prometheus) as aws,
    ):
        seen = record(aws, Path(folder), programs, planes=planes, outage_s=outage_s, back=back)
        store = aws.amp.stored(SHARED)
        lost = [
            number
            for plane in seen.planes
            for number in plane.application.lost({number for _, number in plane.stored(store)})
        ]
        (points,) = aws.amp.stored(OWN).samples("steps", until=seen.ended + 600, seconds=3600).values()
        return (
            back.value,
            max(seen.longest_gap(plane, store) for plane in seen.planes),
            len(lost),
            seen.steps - len({value for _, value in points}),
            seen.agent_memory.before,
            seen.agent_memory.after,
            seen.collector_memory.before,
            seen.collector_memory.after,
        )


def _program(name: str) -> str:
    if path := shutil.which(name):
        return path
    raise UnavailableError(f"{name} is not on PATH (`planewatch setup --for test` makes it)")
