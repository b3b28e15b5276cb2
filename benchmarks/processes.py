"""Runs a command and watches how much memory it and everything it starts hold, from /proc alone."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EVERY_S = 0.1
_TAIL = 4000
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
_PROC = Path("/proc")


class BenchmarkError(Exception):
    """A measurement that could not be made; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a command and everything it started took: wall seconds, CPU seconds, and the largest resident memory in MiB.

    Both but the first are sampled ten times a second, None where there is no /proc; pages that processes share count
    once for each of them.
    """

    seconds: float
    cpu_seconds: float | None
    peak_mib: float | None


def measure(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout_s: float = 1800) -> Cost:
    """Run ``command`` to its end; raises `BenchmarkError` with its last output when it fails or takes too long."""
    with tempfile.TemporaryFile() as output:
        begun = time.monotonic()
        with subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            sampler = _Sampler(process.pid)
            sampler.start()
            try:
                code = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                _end(process)
                raise BenchmarkError(f"{' '.join(command[:2])} … took over {timeout_s:.0f} s") from None
            except BaseException:
                _end(process)
                raise
            finally:
                seconds = time.monotonic() - begun
                sampler.finish()
        if code:
            output.seek(0)
            said = output.read().decode(errors="replace")[-_TAIL:]
            raise BenchmarkError(f"{' '.join(command[:4])} … ended with code {code}:\n{said}")
    return Cost(seconds=seconds, cpu_seconds=sampler.cpu_seconds, peak_mib=sampler.peak_mib)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a command to end and wait for it: it saves what it has."""
    process.terminate()
    process.wait()


class _Sampler(threading.Thread):
    def __init__(self, root: int) -> None:
        super().__init__(name="planewatch-sampler", daemon=True)
        self._root = root
        self._ended = threading.Event()
        self._cpu: dict[int, float] = {}
        self.peak_mib: float | None = None

    def run(self) -> None:
        if not (_PROC / "self" / "stat").exists():
            return
        while not self._ended.wait(_SAMPLE_EVERY_S):
            family = tree(self._root)
            self._cpu |= {one.pid: one.cpu_seconds for one in family}
            self.peak_mib = max(self.peak_mib or 0.0, sum(one.resident_mib for one in family))

    def finish(self) -> None:
        self._ended.set()
        self.join()

    @property
    def cpu_seconds(self) -> float | None:
        return sum(self._cpu.values()) if self._cpu else None


@dataclass(frozen=True, kw_only=True)
class Running:
    """A process as /proc shows it: CPU seconds so far, resident memory in MiB."""

    pid: int
    parent: int
    cpu_seconds: float
    resident_mib: float


def tree(root: int) -> list[Running]:
    """Return the process ``root`` and its descendants; empty when it has ended."""
    running = {one.pid: one for entry in _PROC.iterdir() if entry.name.isdigit() and (one := _look(entry))}
    family = {root} & running.keys()
    while more := {pid for pid, one in running.items() if one.parent in family} - family:
        family |= more
    return [running[pid] for pid in family]


def _look(entry: Path) -> Running | None:
    try:
        # The name in brackets may hold anything; what follows the last bracket is, from 0 on: state, parent, ….
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
        return Running(
            pid=int(entry.name),
            parent=int(fields[1]),
            cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
            resident_mib=int(fields[21]) * _PAGE_MIB,
        )
    except (OSError, IndexError):
        return None
