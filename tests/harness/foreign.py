"""An environment that is not this project's: what a wheel of it brings there, and programs that use it."""

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.harness.pulumi import ROOT

_RUN_S, _INSTALL_S = 120, 400


@dataclass(frozen=True, kw_only=True)
class ForeignEnvironment:
    """A virtual environment with the wheel in it. ``brought`` are the names that the wheel put at its top level."""

    folder: Path
    brought: frozenset[str]

    @classmethod
    def make(cls, folder: Path, scratch: Path) -> Self:
        """Make the environment and install a wheel that is built of this checkout.

        What the wheel depends on is not downloaded: it is looked for among this project's own packages, last.
        """
        venv.create(folder, symlinks=True)
        packages = _packages_of(folder)
        before = {path.name for path in packages.iterdir()}
        _run(sys.executable, "-m", "pip", f"--python={folder}", "install", "--no-index", "--no-deps", _wheel(scratch))
        brought = frozenset(path.name for path in packages.iterdir()) - before
        # Lines of such a file are not read for more of them: the checkout, which is a line of one there, stays away.
        (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
        return cls(folder=folder, brought=brought)

    @classmethod
    def install(cls, folder: Path, scratch: Path) -> Self:
        """Install the wheel with its dependencies from the package index into an empty environment, as users do."""
        venv.create(folder, symlinks=True)
        packages = _packages_of(folder)
        before = {path.name for path in packages.iterdir()}
        _run(
            sys.executable,
            "-m",
            "pip",
            f"--python={folder}",
            "install",
            "--quiet",
            _wheel(scratch),
            within_s=_INSTALL_S,
        )
        _run(sys.executable, "-m", "pip", f"--python={folder}", "check")
        return cls(folder=folder, brought=frozenset(path.name for path in packages.iterdir()) - before)

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    def run(self, program: str) -> str:
        """Run a program's text away from the checkout; returns what it printed."""
        return _run(str(self.python), "-I", "-W", "ignore", "-c", program, where=self.folder)


def _wheel(scratch: Path) -> str:
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(scratch))
    (found,) = scratch.glob("*.whl")
    return str(found)


def _packages_of(folder: Path) -> Path:
    (found,) = folder.glob("lib/python*/site-packages")
    return found


def _run(*command: str, where: Path = ROOT, within_s: int = _RUN_S) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, timeout=within_s)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout
