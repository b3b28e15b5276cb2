"""Real programs as children of a test: started, found ready, killed or stopped, their log kept."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.harness.waiting import wait_until

_STOP_S = 30


class Program:
    """One program with its log; it can be started again after it was killed or stopped."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self._command, self._log = command, log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says is added to the log."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, stdout=output, stderr=subprocess.STDOUT, env=self._environment
            )

    def kill(self) -> None:
        """End it as a power cut would: nothing is saved."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise
            finally:
                self._process = None

    @property
    def said(self) -> str:
        """Everything it has written."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def resident_mib(self) -> float:
        """Resident memory in MiB."""
        assert self._process is not None, "not running"
        fields = Path(f"/proc/{self._process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def wait_ready(self, url: str, within_s: float = 120) -> None:
        """Wait until ``url`` answers 2xx; AssertionError with the end of the log."""
        try:
            wait_until(lambda: answers(url), within_s=within_s, what=f"{url} ready", every_s=0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said[-4000:]}") from error


@contextmanager
def running(program: Program, ready_url: str | None = None) -> Iterator[Program]:
    """Start a program, wait until it is ready, stop it at the end."""
    program.start()
    try:
        if ready_url is not None:
            program.wait_ready(ready_url)
        yield program
    finally:
        program.stop()


def answers(url: str) -> bool:
    """Tell whether ``url`` answers 2xx now."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
