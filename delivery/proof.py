"""Everything that proves the product, in stages from quick to slow; says what each stage took."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table

import toolchain
from delivery import cluster
from delivery.errors import CommandError
from toolchain.obtain.stages import clock
from toolchain.obtain.wanted import TEST

_WEB = Path("apps/console/web")
# Tests that cannot run where the toolchain obtained everything. None: a skip is then a fault.
_ALLOWED_SKIPS = 0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One command that must end with 0; ``folder`` is relative to the root."""

    name: str
    command: Sequence[str]
    folder: Path = Path()


def rounds() -> tuple[tuple[Stage, ...], ...]:
    """List the stages; those of one round run side by side.

    The slow ones mostly wait, for rollouts and for scrapes: one after the other they would take twice as long.
    """
    slow = "docker or engine or browser or cluster"
    pytest = [".venv/bin/pytest", "-q", f"--max-skips={_ALLOWED_SKIPS}", "-m"]
    return (
        (Stage(name="web page: lint and types", command=["npm", "run", "--silent", "check"], folder=_WEB),),
        (Stage(name="web page: unit tests", command=["npm", "test", "--silent"], folder=_WEB),),
        (Stage(name="units, contracts, rendered files", command=[*pytest, f"not ({slow})"]),),
        (
            Stage(name="engine, Docker, browser", command=[*pytest, f"({slow}) and not cluster", "--durations=15"]),
            Stage(name="Kubernetes", command=[*pytest, "cluster", "--durations=15"]),
        ),
    )


def prove(root: Path) -> int:
    """Set up and run every stage; stops after a round in which one fails and returns its exit code."""
    begun = time.monotonic()
    toolchain.ensure(TEST, root=root)
    cluster.up(root)
    environment = {**os.environ, **toolchain.environment(root)}
    subprocess.run([sys.executable, "-m", "tests.servers"], cwd=root, env=environment, check=True)
    took = [("set-up", time.monotonic() - begun)]
    console = Console(stderr=True, highlight=False)
    code = 0
    for stages in rounds():
        console.rule(" · ".join(stage.name for stage in stages), align="left")
        for stage, (ended, seconds) in zip(stages, _run(stages, root, environment), strict=True):
            took.append((stage.name, seconds))
            code = code or ended
            if ended:
                console.print(f"[red]failed:[/] {stage.name}")
        if code:
            break
    table = Table("stage", "took", title="make test", title_justify="left")
    for name, seconds in took:
        table.add_row(name, clock(seconds))
    console.print(table)
    return code


def _run(stages: Sequence[Stage], root: Path, environment: dict[str, str]) -> list[tuple[int, float]]:
    """Run stages side by side; returns the exit code and seconds of each.

    The first one's output is shown as it comes, that of the others when they have ended.
    """
    for stage in stages:
        if shutil.which(stage.command[0], path=environment["PATH"]) is None and "/" not in stage.command[0]:
            raise CommandError(f"{stage.command[0]} is not on PATH", remedy=f"install it: {stage.name} needs it")
    with ThreadPoolExecutor(len(stages)) as pool, ExitStack() as at_end:
        outputs = [at_end.enter_context(tempfile.TemporaryFile()) if number else None for number in range(len(stages))]
        running = [
            pool.submit(_end_of, stage, root, environment, output)
            for stage, output in zip(stages, outputs, strict=True)
        ]
        ended = [each.result() for each in running]
        for output in outputs:
            if output is not None:
                output.seek(0)
                shutil.copyfileobj(output, sys.stdout.buffer)
                sys.stdout.flush()
    return ended


def _end_of(stage: Stage, root: Path, environment: dict[str, str], output: IO[bytes] | None) -> tuple[int, float]:
    begun = time.monotonic()
    done = subprocess.run(
        stage.command, cwd=root / stage.folder, env=environment, stdout=output, stderr=output, check=False
    )
    return done.returncode, time.monotonic() - begun
