"""Runs lanes: streams side by side, output line by line as it comes, results as JUnit XML."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# A pytest that is stuck outside any test, where its own limit does not reach.
_LANE_S = 60 * 60


@dataclass(frozen=True, kw_only=True)
class Job:
    """One command that must end with 0; ``results`` is the JUnit XML that it writes, if any."""

    name: str
    stream: str
    command: Sequence[str]
    folder: Path
    results: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a job ended, and after how many seconds; ``cut`` where it was interrupted because time was up."""

    job: Job
    code: int
    seconds: float
    cut: bool = False


Proceed = Callable[[Job], bool]


def run(
    jobs: Iterable[Job],
    environ: Mapping[str, str],
    proceed: Proceed = lambda _job: True,
    *,
    end_at: float | None = None,
) -> list[Done]:
    """Run the jobs of each stream in their order, streams side by side.

    ``proceed`` is asked before each job starts; those it turns down are left out of the result. At ``end_at`` (seconds
    since the epoch) what still runs is interrupted, as by Ctrl-C.
    """
    streams: dict[str, list[Job]] = {}
    for job in jobs:
        streams.setdefault(job.stream, []).append(job)
    if not streams:
        return []
    width = max(len(job.name) for each in streams.values() for job in each)
    with ThreadPoolExecutor(len(streams)) as pool:
        found = pool.map(
            lambda each: [_run(job, environ, width, end_at) for job in each if proceed(job)], streams.values()
        )
        return [done for each in found for done in each]


def _run(job: Job, environ: Mapping[str, str], width: int, end_at: float | None) -> Done:
    begun = time.monotonic()
    prefix = f"{job.name:{width}} │ "
    with subprocess.Popen(
        job.command,
        cwd=job.folder,
        env={**environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        cut = threading.Event()

        def interrupt() -> None:
            cut.set()
            child.send_signal(signal.SIGINT)

        timers = [threading.Timer(_LANE_S, child.kill)]
        if end_at is not None:
            timers.append(threading.Timer(max(0.0, end_at - time.time()), interrupt))
        for timer in timers:
            timer.start()
        try:
            for line in child.stdout or ():
                sys.stdout.write(f"{prefix}{line}" if line.endswith("\n") else f"{prefix}{line}\n")
                sys.stdout.flush()
        except BaseException:
            child.terminate()
            raise
        finally:
            for timer in timers:
                timer.cancel()
    return Done(job=job, code=child.returncode, seconds=time.monotonic() - begun, cut=cut.is_set())


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for jobs: this process's with ``ours`` over them.

    Python may write bytecode even where the caller forbids it: the tests start thousands of processes.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, **ours}
