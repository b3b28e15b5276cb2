"""What people see of the command line itself: help, completion, wrong input; by the installed command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from delivery.cli import app
from delivery.errors import CommandError
from tests.harness.pulumi import ROOT

PLANEWATCH = str(Path(sys.executable).with_name("planewatch"))
COMMANDS = (
    "up",
    "preview",
    "down",
    "cost",
    "outputs",
    "access",
    "traffic",
    "setup",
    "doctor",
    "cluster",
    "env",
    "exec",
)
ON_A_STACK = ("up", "preview", "down", "cost", "outputs", "access", "traffic", "env")


def run(*arguments: str, width: int = 100, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if key not in ("STACK", "PLANEWATCH_STACKS")}
    environment = {**own, "COLUMNS": str(width), "NO_COLOR": "1", **variables}
    command = [PLANEWATCH, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def call(*arguments: str, **variables: str) -> Result:
    """Run a command in this process, as the installed one does but for the words of faults."""
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "STACK": None, **variables})


@pytest.mark.parametrize("width", [80, 120])
def test_help_says_what_it_is_for_and_gives_each_command_one_line(width: int) -> None:
    text = run("--help", width=width).stdout
    assert "observability platform as code" in " ".join(text.split("╭")[0].split())
    assert [line for line in text.splitlines() if len(line) > width] == []
    rows = [line.strip("│ ").split(None, 1) for line in text.partition("Deploy a stack")[2].splitlines() if "│" in line]
    assert {row[0] for row in rows} == {*COMMANDS, "pulumi"}
    assert all(row[1].endswith(".") for row in rows), rows


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example(command: str) -> None:
    done = call(command, "--help")
    assert done.exit_code == 0
    assert "planewatch " in done.stdout.partition("Example")[2]
    has_folders = [text in done.stdout for text in ("--stacks", "--state", "PLANEWATCH_STACKS", "PLANEWATCH_STATE")]
    assert has_folders == [command in ON_A_STACK] * 4


@pytest.mark.parametrize("given", ["option", "variable"])
@pytest.mark.parametrize("command", ON_A_STACK)
def test_a_stack_is_looked_up_in_the_given_folder(command: str, given: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.shop.yaml").write_text("config: {}\n")
    way = ["--stacks", str(tmp_path), "--state", str(tmp_path / "state")]
    if given == "option":
        done = call(command, "-s", "stall", *way)
    else:
        done = call(command, "-s", "stall", PLANEWATCH_STACKS=str(tmp_path), PLANEWATCH_STATE=str(tmp_path / "state"))
    if command == "env":
        assert f"export PLANEWATCH_STACKS={tmp_path}\n" in done.stdout
        assert f"{(tmp_path / 'state' / 'backend').as_uri()}\n" in done.stdout
        return
    assert isinstance(done.exception, CommandError)
    assert f"there is no stack 'stall': {tmp_path}/Pulumi.stall.yaml does not exist" in str(done.exception)
    assert "use one of: shop" in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("traffic", "--scenario", "black-friday"), "'qa-load-test'"),
        (("traffic", "--pattern", "sawtooth"), "'ramp'"),
        (("outputs", "--stacks", "/nowhere"), "does not exist: /nowhere"),
        (("outputs", "--state", "/dev/null"), "is a file"),
        (("exec",), "planewatch exec promtool --version"),
    ],
)
def test_wrong_input_is_reported_with_what_is_right(arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments, width=200)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "completed"),
    [("planewatch pre", {"preview"}), ("planewatch down --da", {"--data"}), ("planewatch up -s sh", {"shop"})],
)
def test_a_shell_completes_commands_options_and_stacks(words: str, completed: set[str], tmp_path: Path) -> None:
    for name in ("shop", "stall"):
        (tmp_path / f"Pulumi.{name}.yaml").touch()
    done = run(
        _PLANEWATCH_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
        PLANEWATCH_STACKS=str(tmp_path),
    )
    assert set(done.stdout.split()) == completed, done.stderr


def test_help_of_a_program_that_is_run_is_the_programs() -> None:
    assert run("exec", "ls", "--version").stdout.startswith("ls ")
    assert "Run a command" in run("exec", "--help").stdout


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((), "--stack local --plane all"),
        (("SCENARIO=qa-load-test", "DURATION=5"), "--stack local --plane all --duration 5 --scenario qa-load-test"),
        (("STACK=dev", "PLANE=prod", "PATTERN=spike", "RATE=3"), "--stack dev --plane prod --pattern spike --rate 3"),
    ],
)
def test_make_passes_on_what_is_given_for_traffic(given: tuple[str, ...], wanted: str) -> None:
    # Under `make test` make would take itself for a part of that, and say so.
    environ = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "--dry-run", "traffic", *given]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1].split() == [".venv/bin/planewatch", "traffic", *wanted.split()]
