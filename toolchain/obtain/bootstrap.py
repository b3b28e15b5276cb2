"""Make the checkout's .venv with the pinned dependencies: ``python3 -m toolchain.obtain.bootstrap`` from the root.

Runs under whatever `python3` the system has, before anything is installed: standard library only, and syntax that an
old interpreter still reads, so that it can say which version is needed. A second run costs one hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
REQUIREMENTS = "requirements/dev.txt"
STAMP = "planewatch-stamp"
TAIL_LINES = 15


def main(arguments: list[str] | None = None) -> int:
    """Prepare the checkout named by the first argument, else the current folder; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    root = Path(given[0] if given else ".").resolve()
    if sys.version_info < OLDEST:
        have, need = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST))
        say(f"planewatch needs Python {need} or newer; {sys.executable} is {have}.")
        say("what to do: install a newer Python and name it: make PYTHON=python3.12 …")
        return 1
    if not (root / "pyproject.toml").is_file():
        say(f"{root} is not the root of a planewatch checkout (no pyproject.toml)")
        return 1
    venv = root / ".venv"
    if is_current(root, venv):
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    state = root / ".state"  # ignored by git
    state.mkdir(mode=0o700, exist_ok=True)
    try:
        with (state / "bootstrap.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second finds the work done
            if not is_current(root, venv):
                prepare(root, venv)
    except BootstrapError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next run takes it up again")
        return 130
    return 0


class BootstrapError(Exception):
    """A step failed; the text says what and what to do."""


def say(text: str) -> None:
    """Print a progress line; standard output stays clean for the command that follows."""
    print(text, file=sys.stderr, flush=True)


def wanted(root: Path) -> str:
    """Hash what the environment is made of: the pins, the project's own metadata, the interpreter, the place."""
    digest = hashlib.sha256()
    for name in (REQUIREMENTS, "pyproject.toml"):
        digest.update((root / name).read_bytes())
    digest.update(f"{sys.version}\0{Path(sys.executable).resolve()}\0{root}".encode())
    return digest.hexdigest()


def is_current(root: Path, venv: Path) -> bool:
    """Tell whether the environment is complete and made of the current pins by this interpreter."""
    stamp = venv / STAMP
    python = venv / "bin" / "python"
    return stamp.is_file() and python.exists() and stamp.read_text() == wanted(root)


def prepare(root: Path, venv: Path) -> None:
    """Create or refresh the environment; raises BootstrapError."""
    python = venv / "bin" / "python"
    (venv / STAMP).unlink(missing_ok=True)
    log = root / ".state" / "bootstrap.log"
    log.write_bytes(b"")
    if not python.exists() or interpreter_of(python) != sys.version:
        if venv.exists():
            say(f"replacing {venv}: made by another interpreter or incomplete")
            shutil.rmtree(venv)
        step(f"creating {venv} with Python {sys.version.split()[0]}", [sys.executable, "-m", "venv", str(venv)], log)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    count = sum("==" in line for line in (root / REQUIREMENTS).read_text().splitlines())
    pins = [*pip, "--require-hashes", "-r", str(root / REQUIREMENTS)]
    step(f"installing {count} pinned packages from {REQUIREMENTS} into {venv}", pins, log)
    project = [*pip, "--no-deps", "--no-build-isolation", "-e", str(root)]
    step("installing the project itself (editable)", project, log)
    (venv / STAMP).write_text(wanted(root))
    log.unlink()


def interpreter_of(python: Path) -> str | None:
    """Ask an interpreter with pip for its full version; None when it does not start any more or has no pip."""
    try:
        asked = subprocess.run(
            [str(python), "-c", "import pip, sys; print(sys.version, end='')"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return asked.stdout


def step(title: str, command: list[str], log: Path) -> None:
    """Run one step with its output in `log`, saying every 30 s that it still runs; raises BootstrapError."""
    say(f"{title} …")
    started = time.monotonic()
    with log.open("ab") as output:
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            while True:
                try:
                    code = child.wait(30)
                    break
                except subprocess.TimeoutExpired:
                    say(f"  … still at it ({time.monotonic() - started:.0f} s)")
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
    if code != 0:
        lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        quoted = "\n".join(f"    | {line}" for line in lines)
        remedy = "check that pip reaches a package index (PIP_INDEX_URL or pip.conf), then run the same command again"
        if "ensurepip" in "".join(lines):
            remedy = "install Python's venv module (Debian and Ubuntu: apt-get install python3-venv)"
        raise BootstrapError(f"{title}: failed\n{quoted}\n  log: {log}\n  what to do: {remedy}")
    say(f"  done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
