"""Checkov, which judges Kubernetes objects by rules that others wrote; in an environment of its own.

It pins its dependencies to versions that ours would not follow. Nothing but the environment's own folder is written.
"""

import sys
import venv
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.python_index import install_command
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage

_REQUIREMENTS = Path("requirements/checkov.txt")


def ensure(root: Path, cache: Cache, stage: Stage) -> Path:
    """Return the interpreter that has checkov, installing it when it is not there yet; raises `ToolchainError`."""

    def install(folder: Path) -> None:
        stage.note(f"installing what {_REQUIREMENTS} pins")
        venv.create(folder, symlinks=True)
        command, environ = install_command(Path(sys.executable), folder / "bin" / "python")
        options = ["--no-deps", "--require-hashes", "-r", str(root / _REQUIREMENTS)]
        process.run([*command, *options], env=environ, log=cache.log("checkov"))

    return obtain(
        "checkov",
        [Source("the Python package index", lambda: cache.make("checkov", _key(root), install, note=stage.note))],
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
