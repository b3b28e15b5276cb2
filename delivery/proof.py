"""Everything that proves the product, in stages from quick to slow; says what each stage took."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import toolchain
from delivery import cluster
from delivery.errors import CommandError
from toolchain.stages import clock
from toolchain.wanted import TEST

_WEB = Path("apps/console/web")
# Tests that cannot run where the toolchain obtained everything. None: a skip is then a fault.
_ALLOWED_SKIPS = 0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One command that must end with 0; ``folder`` is relative to the root."""

    name: str
    command: Sequence[str]
    folder: Path = Path()


def stages() -> tuple[Stage, ...]:
    """List the stages."""
    slow = "docker or engine or browser"
    pytest = [".venv/bin/pytest", "-q", f"--max-skips={_ALLOWED_SKIPS}", "-m"]
    return (
        Stage(name="web page: lint and types", command=["npm", "run", "--silent", "check"], folder=_WEB),
        Stage(name="web page: unit tests", command=["npm", "test", "--silent"], folder=_WEB),
        Stage(name="units, contracts, rendered files", command=[*pytest, f"not ({slow})"]),
        Stage(name="engine, Docker, browser", command=[*pytest, slow, "--durations=15"]),
    )


def prove(root: Path) -> int:
    """Set up and run every stage; stops at the first that fails and returns its exit code."""
    begun = time.monotonic()
    toolchain.ensure(TEST, root=root)
    cluster.up(root)
    took = [("set-up", time.monotonic() - begun)]
    environment = {**os.environ, **toolchain.environment(root)}
    console = Console(stderr=True, highlight=False)
    code = 0
    for stage in stages():
        console.rule(stage.name, align="left")
        begun = time.monotonic()
        code = _run(stage, root, environment)
        took.append((stage.name, time.monotonic() - begun))
        if code:
            console.print(f"[red]failed:[/] {stage.name}")
            break
    table = Table("stage", "took", title="make test", title_justify="left")
    for name, seconds in took:
        table.add_row(name, clock(seconds))
    console.print(table)
    return code


def _run(stage: Stage, root: Path, environment: dict[str, str]) -> int:
    if shutil.which(stage.command[0], path=environment["PATH"]) is None and "/" not in stage.command[0]:
        raise CommandError(f"{stage.command[0]} is not on PATH", remedy=f"install it: {stage.name} needs it")
    return subprocess.run(stage.command, cwd=root / stage.folder, env=environment, check=False).returncode
