"""Make the checkout's .venv: ``python3 -m toolchain.obtain.bootstrap [SET]`` from the root.

SET says what the pinned dependencies are for: `run` (the default), `traffic`, `simulated-aws` or `test`; each holds the
one before. Runs under whatever `python3` the system has, before anything is installed: standard library only, and
syntax that an old interpreter still reads, so that it can say which version is needed. A second run costs one hash.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from toolchain.obtain.proxies import with_exceptions
from toolchain.obtain.python_index import install_command

OLDEST = (3, 11)
# What a set installs; each file's pins are among the next one's.
SETS = {
    "run": "requirements/run.txt",
    "traffic": "requirements/traffic.txt",
    "simulated-aws": "requirements/simulated-aws.txt",
    "test": "requirements/dev.txt",
}
# uv installs the 170 packages of `test` in 6 s where pip takes 75, and in under 1 s for a second checkout.
INSTALLER = "requirements/uv.txt"
STAMP = "planewatch-stamp"
TAIL_LINES = 15
_ITSELF = ("--no-deps", "--no-build-isolation")
# What runs for a user's commands.
_OWN = ("components", "config", "delivery", "infra", "policies", "toolchain")


def main(arguments: list[str] | None = None) -> int:
    """Prepare the checkout for a set; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bootstrap", description="Install the pinned dependencies into .venv.")
    parser.add_argument("set", nargs="?", default="run", choices=list(SETS), help="what they are for (default: run)")
    parser.add_argument("--root", default=".", help="the checkout (default: the current folder)")
    given = parser.parse_args(arguments)
    root = Path(given.root).resolve()
    if sys.version_info < OLDEST:
        have, need = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST))
        say(f"planewatch needs Python {need} or newer; {sys.executable} is {have}.")
        say("what to do: install a newer Python and name it: make PYTHON=python3.12 …")
        return 1
    if not (root / "pyproject.toml").is_file():
        say(f"{root} is not the root of a planewatch checkout (no pyproject.toml)")
        return 1
    if is_current(root, given.set):
        return 0
    os.environ.update(with_exceptions(os.environ))  # a package index may be on this machine
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    state = root / ".state"  # ignored by git
    state.mkdir(mode=0o700, exist_ok=True)
    try:
        with (state / "bootstrap.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second finds the work done
            if not is_current(root, given.set):
                prepare(root, given.set)
    except BootstrapError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; run the same command again to continue")
        return 130
    return 0


class BootstrapError(Exception):
    """A step failed; the text says what and what to do."""


def say(text: str) -> None:
    """Print a progress line; standard output stays clean for the command that follows."""
    print(text, file=sys.stderr, flush=True)


def wanted(root: Path, purpose: str) -> str:
    """Hash what the environment is made of: the pins, the project's own metadata, the interpreter, the place."""
    digest = hashlib.sha256()
    for name in (SETS[purpose], "pyproject.toml"):
        digest.update((root / name).read_bytes())
    digest.update(f"{sys.version}\0{Path(sys.executable).resolve()}\0{root}".encode())
    return f"{purpose} {digest.hexdigest()}"


def is_current(root: Path, purpose: str) -> bool:
    """Return whether the environment has the current pins of the set, or of one that holds it, by this interpreter."""
    stamp, python = root / ".venv" / STAMP, root / ".venv" / "bin" / "python"
    if not (stamp.is_file() and python.exists()):
        return False
    names = list(SETS)
    enough = names[names.index(purpose) :]
    return stamp.read_text() in {wanted(root, name) for name in enough if (root / SETS[name]).is_file()}


def prepare(root: Path, purpose: str) -> None:
    """Create or refresh the environment; raises BootstrapError."""
    venv, pins = root / ".venv", root / SETS[purpose]
    python = venv / "bin" / "python"
    (venv / STAMP).unlink(missing_ok=True)
    log = root / ".state" / "bootstrap.log"
    log.write_bytes(b"")
    if not python.exists() or interpreter_of(python) != sys.version:
        if venv.exists():
            say(f"replacing {venv}: created by another interpreter or incomplete")
            shutil.rmtree(venv)
        step(f"creating {venv} with Python {sys.version.split()[0]}", [sys.executable, "-m", "venv", str(venv)], log)
    count = sum("==" in line for line in pins.read_text().splitlines())
    install, environ = installer(root, python, log)
    title = f"installing {count} pinned packages from {SETS[purpose]} into {venv}"
    step(title, [*install, "--require-hashes", "-r", str(pins)], log, environ)
    step("installing the project itself (editable)", [*install, *_ITSELF, "-e", str(root)], log, environ)
    own = [str(root / name) for name in _OWN if (root / name).is_dir()]
    if own and sys.dont_write_bytecode:
        # As its packages (see `python_index.compiling`): no process keeps what it compiles.
        step("compiling the project", [str(python), "-m", "compileall", "-q", *own], log)
    (venv / STAMP).write_text(wanted(root, purpose))
    log.unlink()


def installer(root: Path, python: Path, log: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command that installs, and its variables: uv's, or pip's where uv has no wheel."""
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pins = root / INSTALLER
    if pins.is_file():
        try:
            step("installing uv, which installs the other packages", [*pip, "--require-hashes", "-r", str(pins)], log)
        except BootstrapError:
            say("  uv cannot be installed here: using pip, which takes about a minute longer")
    return install_command(python)


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


def step(title: str, command: list[str], log: Path, environ: dict[str, str] | None = None) -> None:
    """Run one step with its output in `log`, saying every 30 s that it still runs; raises BootstrapError."""
    say(f"{title} …")
    started = time.monotonic()
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env={**os.environ, **(environ or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while True:
                try:
                    code = child.wait(30)
                    break
                except subprocess.TimeoutExpired:
                    say(f"  … still running ({time.monotonic() - started:.0f} s)")
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
