"""The real programs that check rendered files, found on PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Return the path of a program; skip the test when the machine has none."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not on PATH (the toolchain prepares it)")
    return path


def run_checker(name: str, *arguments: str | Path) -> None:
    """Run a checking program and fail with all it said when it objects."""
    command = [program(name), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}\n{result.stderr}"
