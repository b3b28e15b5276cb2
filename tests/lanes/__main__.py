"""Runs the tests: `python -m tests.lanes quick|rest|all`, or some lanes of them by name.

`make test` is `quick`, `make test-all` is `all`; `.ci/run` takes `rest` after `make test`, as far as time allows.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

import toolchain
from delivery import cluster
from tests.lanes import results, running
from tests.lanes.changes import in_turn
from tests.lanes.plan import LANES, Lane, Part
from tests.lanes.running import Job
from toolchain.obtain.errors import ToolchainError
from toolchain.obtain.wanted import TEST

ROOT = Path(__file__).parents[2]
_RESULTS = Path(".state/tests")
_WEB = Path("apps/console/web")
_MINUTE = 60.0
# Continuous integration has 90: no lane begins that would not be done by then, and none goes on after it.
_LAST_END_MINUTES = 84


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line says; returns an exit code."""
    given = _parser().parse_args(arguments)
    part, console = Part(given.part), Console(stderr=True, highlight=False)
    lanes = [lane for lane in LANES if lane.has(part) and (not given.lane or lane.name in given.lane)]
    begun = time.time()
    since = float(os.environ.get("PLANEWATCH_CI_BEGAN", begun))
    proceed: Callable[[Job], bool] = lambda _job: True  # noqa: E731  replaced below where time is short
    if given.until:
        lanes = in_turn(lanes, ROOT)
        minutes = {lane.name: lane.minutes for lane in lanes}

        def proceed(job: Job) -> bool:
            spent = (time.time() - since) / _MINUTE
            return spent < given.until and spent + minutes.get(job.name, 0) < _LAST_END_MINUTES

    try:
        _set_up(lanes)
    except ToolchainError as error:
        console.print(f"[red]error:[/] {error}", soft_wrap=True)
        return 1
    stages = [("set-up", time.time() - begun)]
    jobs = [*(_page() if part is not Part.REST and not given.lane else ()), *(_job(lane, part) for lane in lanes)]
    (ROOT / _RESULTS).mkdir(parents=True, exist_ok=True)
    for job in jobs:
        if job.results:
            job.results.unlink(missing_ok=True)
    end_at = since + _LAST_END_MINUTES * _MINUTE if given.until else None
    done = running.run(jobs, running.environment(toolchain.environment(ROOT)), proceed, end_at=end_at)
    ran = {each.job.name for each in done}
    left = [f"{job.name} ({part})" for job in jobs if job.name not in ran]
    if part is Part.QUICK and not given.lane:
        left += [_left_out(lane) for lane in LANES if lane.has(Part.REST)]
    return results.show(f"tests: {part}", stages, done, left, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.lanes", description="Run the tests in lanes.")
    parser.add_argument("part", choices=[part.value for part in Part], help="which part of each lane")
    parser.add_argument("lane", nargs="*", help=f"only these: {', '.join(lane.name for lane in LANES)}")
    parser.add_argument("--until", type=float, help="begin no lane this many minutes after PLANEWATCH_CI_BEGAN")
    return parser


def _set_up(lanes: Sequence[Lane]) -> None:
    """Obtain everything that the lanes need before any of them begins."""
    toolchain.ensure(TEST, root=ROOT)
    environ = running.environment(toolchain.environment(ROOT))
    if any(lane.on_cluster for lane in lanes):
        # Beside the cluster's programs, which take minutes to compile.
        with subprocess.Popen([sys.executable, "-m", "tests.servers"], cwd=ROOT, env=environ) as servers:
            cluster.up(ROOT)
        if servers.returncode:
            raise ToolchainError("what only tests need", attempts=(), remedy="see what `python -m tests.servers` said")


def _page() -> list[Job]:
    return [
        Job(name=f"page {name}", stream="processor", command=["npm", "run", "--silent", name], folder=ROOT / _WEB)
        for name in ("check", "test")
    ]


def _job(lane: Lane, part: Part) -> Job:
    file = ROOT / _RESULTS / f"{lane.name}.xml"
    # A line a test where tests take seconds; where thousands take milliseconds, dots.
    pace = "-q" if lane.workers else "-v"
    command = [".venv/bin/pytest", pace, "--color=no", "--strict-skips", f"--junitxml={file}", *lane.selection(part)]
    return Job(name=lane.name, stream=lane.stream, command=command, folder=ROOT, results=file)


def _left_out(lane: Lane) -> str:
    what = "all of it" if lane.is_thorough else f"{len(lane.thorough)} files and tests"
    return f"lane {lane.name}: {what}, about {lane.minutes} minutes; `make test-all` runs it"


if __name__ == "__main__":
    sys.exit(main())
