"""The line that prepares a shell works in the shells people have."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from delivery import prepared
from delivery.shell import script, stack_of
from delivery.workspace import Workspace

ROOT = Path(__file__).parents[3]
PATH = "/usr/bin:/bin"
SHELLS = [name for name in ("sh", "dash", "bash", "zsh") if shutil.which(name)]


@pytest.fixture(params=["plain", "with space", "it's $HOME `x`"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A checkout with the real folder that comes first on PATH."""
    made = tmp_path / str(request.param)
    shutil.copytree(ROOT / prepared.FOLDER, made / prepared.FOLDER)
    program = made / ".venv" / "bin" / "planewatch"
    program.parent.mkdir(parents=True)
    # Stands for the installed command: says how it was called.
    program.write_text(
        '#!/bin/sh\nfor word in "$@"; do printf "<%s>" "$word"; done\nprintf " %s\\n" "$PULUMI_BACKEND_URL"\n'
    )
    program.chmod(0o755)
    return made


def said_by(shell: str, text: str, *lines: str, **environ: str) -> list[str]:
    """Return what a shell that evaluates ``text`` prints in ``lines``."""
    command = "\n".join(["set -eu", f"eval {shlex.quote(text)}", *lines])
    clean = {"PATH": PATH, **environ}
    done = subprocess.run([shell, "-c", command], env=clean, check=True, capture_output=True, text=True, timeout=30)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", SHELLS)
def test_every_program_of_the_shell_finds_our_pulumi(name: str, root: Path) -> None:
    text = script(Workspace.of(root, "sample"), {"PATH": PATH})
    shown = "pulumi preview -s 'two words'"
    found = said_by(name, text, shown, f"env {shown}", f"sh -c {shlex.quote(shown)}", f"xargs {shown} </dev/null")
    assert found == [f"<pulumi><preview><-s><two words> {(root / '.state' / 'backend').as_uri()}"] * 4


@pytest.mark.parametrize("name", SHELLS)
def test_the_stack_that_was_prepared_is_the_shell_s(name: str, root: Path) -> None:
    shown = 'echo "$STACK"'
    text = script(Workspace.of(root, "dev"), {"PATH": PATH, "STACK": "theirs"})
    assert said_by(name, text, shown, "planewatch_deactivate", shown, STACK="theirs") == ["dev", "theirs"]


@pytest.mark.parametrize("name", SHELLS)
def test_the_shell_becomes_what_it_was(name: str, root: Path) -> None:
    environ = {"PATH": PATH, "PULUMI_HOME": "/their own"}
    once = script(Workspace.of(root, "sample"), environ)
    shown = 'echo "$PATH|${PULUMI_BACKEND_URL-none}|${PULUMI_HOME-none}|${_PLANEWATCH_BEFORE-none}"'
    assert said_by(name, once, "planewatch_deactivate", shown, **environ) == [f"{PATH}|none|/their own|none"]
    # Evaluated twice, as by a terminal in a terminal: what was before the first time counts.
    as_prepared = said_by(name, once, "env -0 | tr '\\n\\0' '\\1\\n'", **environ)
    now = dict(line.replace("\1", "\n").split("=", 1) for line in as_prepared)
    twice = script(Workspace.of(root, "sample"), now)
    assert twice == once
    assert said_by(name, twice, "planewatch_deactivate", shown, **now) == [f"{PATH}|none|/their own|none"]


def test_the_command_itself_finds_the_real_cli(root: Path) -> None:
    path = prepared.first(root, "/usr/bin:/bin")
    assert path.split(os.pathsep)[0] == str(root / prepared.FOLDER)
    assert prepared.behind(root, {"PATH": path}) == "/usr/bin:/bin"
    assert prepared.behind(root, {}) == os.defpath


@pytest.mark.parametrize(
    ("line", "stack"),
    [
        ("preview", "fallback"),
        ("preview -s prod", "prod"),
        ("preview --stack prod", "prod"),
        ("preview --stack=prod", "prod"),
        ("preview -sprod", "prod"),
        ("preview -s=prod", "prod"),
        ("-s prod stack output", "prod"),
        ("preview -s", "fallback"),
        ("stack select prod", "fallback"),
        ("up --stack=", ""),
        ("up -s me/planewatch/prod", "prod"),
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
