"""Programs that go on running after the command that started them: pid files that tell a process from its successor."""

import atexit
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.errors import UnavailableError

KILL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Daemon:
    """A program by name, with `pid/<name>` and `log/<name>.log` in `folder`; it leads a process group of its own."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / "log" / f"{self.name}.log"

    @property
    def _pidfile(self) -> Path:
        return self.folder / "pid" / self.name

    def start(self, command: Sequence[str]) -> None:
        """Start it, unless it runs already."""
        if self.alive():
            return
        for place in (self.log.parent, self._pidfile.parent):
            place.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            child = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pidfile.write_text(f"{child.pid} {_started(child.pid)}")
        _CHILDREN.append(child)

    def pid(self) -> int | None:
        """Return its process id, None when it does not run."""
        try:
            pid, started = self._pidfile.read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if started and _started(int(pid)) == started else None

    def begun(self) -> bool:
        """Return whether it was ever started and not ended on purpose since."""
        return self._pidfile.is_file()

    def alive(self) -> bool:
        """Return whether it runs."""
        return self.pid() is not None

    def kill(self) -> None:
        """End its process group at once, and wait until the leader is gone."""
        pid = self.pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            deadline = time.monotonic() + KILL_SECONDS
            while self.alive() and time.monotonic() < deadline:
                time.sleep(0.02)
        self._pidfile.unlink(missing_ok=True)

    def failure(self, what: str) -> UnavailableError:
        """Describe a failure with its last lines."""
        lines = process.tail(self.log) if self.log.is_file() else ()
        return UnavailableError(what, log=self.log, tail=lines)


# Kept so that a child's end is noticed (no zombie) while this process lives.
_CHILDREN: list[subprocess.Popen[bytes]] = []


@atexit.register
def _let_go() -> None:
    """Say that those which run go on without this process: Python would warn of each as of one that was forgotten."""
    for child in _CHILDREN:
        if child.poll() is None:
            child.returncode = 0


def _started(pid: int) -> str:
    """Return when a process started (clock ticks since boot), empty if there is none or it has ended."""
    for child in _CHILDREN:
        if child.pid == pid:
            child.poll()
    try:
        # The name, in parentheses, may hold spaces: fields count from behind it.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
