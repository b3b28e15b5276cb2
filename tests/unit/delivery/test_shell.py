"""The line that prepares a shell works in the shells people have."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from delivery.shell import script, stack_of
from delivery.workspace import Workspace

SHELLS = [name for name in ("sh", "dash", "bash") if shutil.which(name)]


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("folder", ["plain", "with space", "it's $HOME `x`"])
def test_a_shell_takes_the_text_literally(name: str, folder: str, tmp_path: Path) -> None:
    root = tmp_path / folder
    program = root / ".venv" / "bin" / "planewatch"
    program.parent.mkdir(parents=True)
    # Stands for the installed command: says how it was called.
    program.write_text(
        '#!/bin/sh\nfor word in "$@"; do printf "<%s>" "$word"; done\nprintf " %s" "$PULUMI_BACKEND_URL"\n'
    )
    program.chmod(0o755)
    text = script(Workspace.of(root, "sample"), {"PATH": "/usr/bin:/bin"})
    command = f"set -eu\neval {shlex.quote(text)}\npulumi preview -s 'two words'"
    done = subprocess.run([name, "-c", command], check=True, capture_output=True, text=True, timeout=30)
    backend = (root / ".state" / "backend").as_uri()
    assert done.stdout == f"<pulumi><preview><-s><two words> {backend}"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("line", "stack"),
    [
        ("preview", "fallback"),
        ("preview -s prod", "prod"),
        ("preview --stack prod", "prod"),
        ("preview --stack=prod", "prod"),
        ("-s prod stack output", "prod"),
        ("preview -s", "fallback"),
        ("stack select prod", "fallback"),
        ("up --stack=", ""),
    ],
)
def test_the_stack_of_a_command_line(line: str, stack: str) -> None:
    assert stack_of(line.split(), "fallback") == stack


def test_a_program_that_is_not_there_is_named_without_a_traceback() -> None:
    command = [str(Path(sys.executable).with_name("planewatch")), "exec", "no-such-program", "--version"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "no-such-program is not on PATH" in done.stderr
    assert "what to do: check its name" in done.stderr
    assert "Traceback" not in done.stderr
