"""Plain `pulumi` under the real CLI: in a shell that `planewatch env` prepared, and in a clone that nobody prepared."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import toolchain
from delivery.workspace import PROJECT
from tests.harness.product import PLANEWATCH
from tests.harness.pulumi import ROOT, stack_name
from tests.harness.settings import local_settings

_FOREIGN = ("PULUMI_", "PLANEWATCH_STA", "STACK")


def own_environment() -> dict[str, str]:
    """Return the environment without what would lead Pulumi to another backend, stack or folder than the test's."""
    return {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}


def run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """What plain Pulumi reads of a fresh clone; nothing of it may change."""
    for folder in ("infra", "stacks"):
        shutil.copytree(ROOT / folder, tmp_path / "clone" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path / "clone")
    before = tracked(tmp_path / "clone")
    yield tmp_path / "clone"
    assert tracked(tmp_path / "clone") == before


def tracked(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder / "stacks").iterdir()} | {
        path: path.read_bytes() for path in folder.glob("*.yaml")
    }


@pytest.mark.parametrize("command", ["preview", "up --yes --skip-preview"])
def test_an_unprepared_clone_says_what_to_run_and_stays_as_it_is(command: str, clone: Path, tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    environment = own_environment() | toolchain.environment(ROOT)
    environment |= {"PULUMI_BACKEND_URL": (tmp_path / "backend").as_uri(), "PULUMI_CONFIG_PASSPHRASE": "their own"}
    made = run(["pulumi", "stack", "init", "local", "--non-interactive"], clone, environment)
    assert made.returncode == 0, made.stderr
    done = run(["pulumi", *command.split(), "-s", "local", "--non-interactive"], clone, environment)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Pulumi has read no settings of stack local: it reads copies of the files in stacks/" in said
    assert 'eval "$(.venv/bin/planewatch env)"' in said
    assert "Traceback" not in said
    # The salt is where no commit takes it from.
    assert "encryptionsalt" in (clone / ".state" / "project" / "Pulumi.local.yaml").read_text()


@pytest.fixture
def stack(tmp_path: Path) -> str:
    """A stack file in a folder of its own; returns the stack's name."""
    name = stack_name("eng")
    document = {"config": {f"{PROJECT}:{key}": value for key, value in local_settings(["prod"]).items()}}
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(document))
    return name


def in_prepared_shell(tmp_path: Path, folder: Path, *lines: str, options: str = "") -> str:
    """Run lines in a shell that the documented command prepared; returns what they print."""
    where = f"--stacks {shlex.quote(str(tmp_path / 'stacks'))} --state {shlex.quote(str(tmp_path / 'state'))}"
    command = f"{shlex.quote(PLANEWATCH)} env {where} {options}"
    text = "\n".join(["set -eu", f'eval "$({command})"', f"cd {shlex.quote(str(folder))}", *lines])
    done = run(["bash", "-c", text], ROOT, own_environment())
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_prepared_shell_works_on_the_copy_whatever_calls_pulumi(stack: str, tmp_path: Path) -> None:
    file = tmp_path / "stacks" / f"Pulumi.{stack}.yaml"
    before = file.read_bytes()
    script = f"import subprocess as s; s.run(['pulumi', 'stack', 'output', '-s', {stack!r}], check=True)"
    said = in_prepared_shell(
        tmp_path,
        ROOT,
        f"time pulumi preview -s {stack} --non-interactive",
        f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}",
        f"env pulumi config set --secret planewatch:alertWebhookUrl https://hooks.example.com/x -s {stack}",
    )
    assert "to create" in said
    assert "real" in said  # what bash's `time` says of a program
    assert file.read_bytes() == before
    copy = yaml.safe_load((tmp_path / "state" / "project" / file.name).read_text())
    assert copy["config"]["planewatch:alertWebhookUrl"].keys() == {"secure"}
    assert copy["encryptionsalt"]


def test_a_command_that_names_no_stack_works_on_the_selected_one(stack: str, tmp_path: Path) -> None:
    other = stack_name("eng")
    settings = local_settings(["shop"])
    document = {"config": {f"{PROJECT}:{key}": value for key, value in settings.items()}}
    (tmp_path / "stacks" / f"Pulumi.{other}.yaml").write_text(yaml.safe_dump(document))
    shown = "pulumi config get planewatch:dataPlanes"
    said = in_prepared_shell(
        tmp_path,
        ROOT,
        f"pulumi stack init {other} --non-interactive >&2",
        f"pulumi stack init {stack} --no-select --non-interactive >&2",
        shown,
        "pulumi preview --non-interactive",
        f"pulumi stack select {stack}",
        shown,
        # Now none is selected.
        "pulumi stack unselect",
        shown,
        options=f"-s {stack}",
    )
    planes = [line[2:6] for line in said.splitlines() if line.startswith('{"')]
    assert planes == ["shop", "prod", "prod"]
    assert f"Previewing update ({other})" in said
    assert "to create" in said
    assert "shop-" in said


@pytest.mark.parametrize("command", ["preview", "up --yes --skip-preview", "config"])
def test_a_command_that_names_no_stack_makes_none(command: str, stack: str, tmp_path: Path) -> None:
    said = in_prepared_shell(
        tmp_path,
        ROOT,
        f"! pulumi {command} --non-interactive",
        'echo "made: $(pulumi stack ls --json)"',
        options=f"-s {stack}",
    )
    assert "no stack selected" in said
    assert "made: []" in said


def test_a_new_stack_s_salt_lies_in_the_copy(stack: str, tmp_path: Path) -> None:
    file = tmp_path / "stacks" / f"Pulumi.{stack}.yaml"
    before = file.read_bytes()
    in_prepared_shell(tmp_path, ROOT, f"pulumi stack init {stack} --non-interactive")
    assert file.read_bytes() == before
    assert "encryptionsalt" in (tmp_path / "state" / "project" / file.name).read_text()
    assert not (ROOT / ".state" / "project" / file.name).exists()


def test_another_project_in_a_prepared_shell_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    other = tmp_path / "other"
    other.mkdir()
    (other / "Pulumi.yaml").write_text("name: other\nruntime: yaml\n")
    said = in_prepared_shell(tmp_path, other, "pulumi stack init theirs --non-interactive", "pulumi stack ls")
    assert "theirs" in said
    assert (other / "Pulumi.theirs.yaml").exists()


def test_the_shell_is_as_before_once_it_is_deactivated(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    said = in_prepared_shell(
        tmp_path,
        ROOT,
        "command -v pulumi",
        "planewatch_deactivate",
        'echo "<${PULUMI_BACKEND_URL-none}>"',
        'echo "$PATH"',
    )
    first, *rest = said.splitlines()
    assert first == str(ROOT / "delivery" / "bin" / "pulumi")
    assert rest == ["<none>", os.environ["PATH"]]
