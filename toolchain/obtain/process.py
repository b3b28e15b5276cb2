"""Start programs so that nothing outlives an interrupt and their output is at hand when they fail."""

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from toolchain.obtain.errors import UnavailableError

TAIL_LINES = 15
GRACE_SECONDS = 5.0
# Children that threads wait for: an interrupt reaches the main thread alone, which ends them by `end_all`.
_CHILDREN: set[subprocess.Popen[bytes]] = set()


def run(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run `command` with its output appended to `log`; `env` lies over our own environment, `timeout` is in seconds.

    Raises `UnavailableError` with the last lines when it cannot be started, fails or takes too long. An interrupt
    ends the command and all its children (it runs in a process group of its own) before it passes on.
    """
    line = shlex.join(command)
    with log.open("ab") as output:
        output.write(f"$ {line}\n".encode())
        output.flush()
        try:
            with _postponed_signals() as postponed:
                child = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env={**os.environ, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise UnavailableError(f"{command[0]} cannot be started: {error.strerror}", log=log) from error
        try:
            _CHILDREN.add(child)
            for number in postponed:
                signal.raise_signal(number)
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            end_group(child)
            raise UnavailableError(f"`{short(line)}` took over {timeout:.0f} s", log=log, tail=tail(log)) from None
        except BaseException:
            end_group(child)
            raise
        finally:
            _CHILDREN.discard(child)
    if code != 0:
        raise UnavailableError(f"`{short(line)}` ended with code {code}", log=log, tail=tail(log))


@contextlib.contextmanager
def _postponed_signals() -> Iterator[list[int]]:
    """Collect interrupts instead of raising them: one inside `Popen` would leave a child that nobody knows."""
    postponed: list[int] = []
    # Only what has a handler: a child inherits ignored signals, and one that kills us cannot wait.
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if threading.current_thread() is not threading.main_thread():
        handlers = {}
    handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in handlers:
        signal.signal(number, lambda number, _frame: postponed.append(number))
    try:
        yield postponed
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def end_all() -> None:
    """End every command that `run` waits for in some thread, with everything that it started."""
    for child in tuple(_CHILDREN):
        end_group(child)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started: asked first, killed after a grace time."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            child.wait(GRACE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    # The leader is gone; a grandchild that ignored the request must not stay.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def capture(command: Sequence[str], *, env: Mapping[str, str] | None = None, timeout: float = 10.0) -> str | None:
    """Return the trimmed standard output of a quick question to a program, None if it fails, hangs or is missing."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def tail(log: Path, lines: int = TAIL_LINES) -> tuple[str, ...]:
    """Return the last lines of a log."""
    with log.open(errors="replace") as file:
        return tuple(line.rstrip() for line in deque(file, maxlen=lines))


def short(line: str, limit: int = 120) -> str:
    """Cut a long command line for a message; the log has it whole."""
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM clean up as an interrupt does: children ended, no half-made entry."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
