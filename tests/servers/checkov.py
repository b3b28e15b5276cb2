"""Checkov, which judges Kubernetes objects by rules that others wrote; in an environment of its own.

It pins its dependencies to versions that ours would not follow. Nothing but the environment's own folder is written.
"""

import sys
import venv
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage

_REQUIREMENTS = Path("requirements/checkov.txt")


def ensure(root: Path, cache: Cache, stage: Stage) -> Path:
    """Return the interpreter that has checkov, installing it when it is not there yet; raises `ToolchainError`."""

    def install(folder: Path) -> None:
        stage.note(f"installing what {_REQUIREMENTS} pins (about 1 min)")
        venv.create(folder, symlinks=True)
        # Not compiled: a run needs a part of it only, and compiles that once.
        options = ["--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps", "--require-hashes"]
        python = f"--python={folder / 'bin' / 'python'}"
        command = [sys.executable, "-m", "pip", python, "install", *options, "-r", str(root / _REQUIREMENTS)]
        process.run(command, log=cache.log("checkov"))

    return obtain(
        "checkov",
        [Source("pip", lambda: cache.make("checkov", _key(root), install, note=stage.note))],
        remedy="check that pip reaches a package index (PIP_INDEX_URL or pip.conf)",
    ).joinpath("bin", "python")


def command(root: Path, cache: Cache) -> tuple[str, ...]:
    """Return how checkov is started; its scripts name another folder. Raises `UnavailableError` before `ensure`."""
    folder = cache.find("checkov", _key(root))
    if folder is None:
        raise UnavailableError(
            "checkov is not installed: run `.venv/bin/planewatch exec .venv/bin/python -m tests.servers`"
        )
    return str(folder / "bin" / "python"), "-m", "checkov.main"


def _key(root: Path) -> str:
    return key((root / _REQUIREMENTS).read_bytes(), sys.version)
