import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from toolchain.obtain import process
from toolchain.obtain.errors import UnavailableError


def test_output_goes_to_the_log_with_the_command_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process.run(["sh", "-c", "echo out; echo err >&2; echo $COLOUR; pwd"], log=log, cwd=tmp_path, env={"COLOUR": "red"})
    first, *rest = log.read_text().splitlines()
    assert first.startswith("$ sh -c ")
    assert rest == ["out", "err", "red", str(tmp_path)]


def test_a_failure_says_code_log_and_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(UnavailableError, match="ended with code 3") as caught:
        process.run(["sh", "-c", "seq 100; exit 3"], log=log)
    assert caught.value.log == log
    assert caught.value.tail == tuple(str(number) for number in range(86, 101))


def test_a_missing_program_is_unavailable_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="no-such-program cannot be started: No such file"):
        process.run(["no-such-program"], log=tmp_path / "log")
    assert process.capture(["no-such-program"]) is None


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"took over 3 s"):
        # Long enough that a busy machine has started the shell and its child by then.
        process.run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"], log=tmp_path / "log", timeout=3)
    wait_gone(int((tmp_path / "pid").read_text()))


def test_capture_answers_or_none() -> None:
    assert process.capture(["sh", "-c", "echo ' x '"]) == "x"
    assert process.capture(["sh", "-c", "echo x; exit 1"]) is None
    assert process.capture(["sleep", "60"], timeout=0.1) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_whole_group(tmp_path: Path, number: signal.Signals) -> None:
    """The grandchild ignores polite requests, as builders' helpers may."""
    program = (
        "from pathlib import Path; from toolchain.obtain import process\n"
        "with process.terminable():\n"
        f"    process.run(['sh', '-c', 'trap \"\" TERM INT; (sleep 60) & echo $! > {tmp_path}/pid; wait'],"
        f" log=Path({str(tmp_path / 'log')!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as child:
        try:
            deadline = time.monotonic() + 120
            while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
                assert child.poll() is None, f"the program ended with {child.returncode} before it started anything"
                assert time.monotonic() < deadline
                time.sleep(0.05)
            child.send_signal(number)
            assert child.wait(120) != 0
        finally:
            child.kill()  # one that is still there would be held against whatever test runs next
    wait_gone(int((tmp_path / "pid").read_text()))


def test_an_interrupt_while_a_program_starts_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program runs already, and `Popen` has not returned yet."""
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(SystemExit) as caught, process.terminable():
        process.run(["sleep", "60"], log=tmp_path / "log")
    ended = started[0].poll()
    started[0].kill()
    assert caught.value.code == 128 + signal.SIGTERM
    assert ended == -signal.SIGTERM


def wait_gone(pid: int) -> None:
    """A process that was killed may stay for a moment until it is reaped."""
    deadline = time.monotonic() + 60
    while True:
        try:
            os.kill(pid, 0)
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        assert time.monotonic() < deadline, f"{pid} is still there"
        time.sleep(0.05)
