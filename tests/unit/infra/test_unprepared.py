"""Plain Pulumi without our preparation is told what to run; the same text in `tests/engine/stacks/test_plain.py`."""

import os
from pathlib import Path

import pytest

from infra.unprepared import fault, missing

KEYS = {"planewatch:dataPlanes", "planewatch:platform"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("stacks", ".state/project"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text("config: {}")
    return tmp_path


def test_settings_that_were_not_read_are_told(root: Path) -> None:
    said = fault(root, "prod", {"planewatch:platform"}, {})
    assert said is not None
    assert said.startswith("Pulumi has read no settings of stack prod: it reads copies of the files in stacks/; run")
    assert 'eval "$(.venv/bin/planewatch env)"' in said
    assert "`make preview STACK=prod`" in said


def test_a_copy_older_than_the_stack_file_is_told(root: Path) -> None:
    copy = root / ".state" / "project" / "Pulumi.prod.yaml"
    copy.write_text("config: {}")
    os.utime(copy, (1, 1))
    said = fault(root, "prod", KEYS, {})
    assert said is not None
    assert said.startswith(f"stacks/Pulumi.prod.yaml was changed after the copy of it that Pulumi reads, {copy}; run")
    # What `--config-file` cannot say does what it says.
    instead = said.partition("in place of --config-file, set the variable: `")[2].removesuffix("`")
    variable, file = instead.split()[0].split("=")
    assert Path(file).samefile(root / "stacks" / "Pulumi.prod.yaml")
    assert instead.endswith(" pulumi up -s prod")
    assert fault(root, "prod", KEYS, {variable: file}) is None


@pytest.mark.parametrize("configured", [set(), KEYS])
def test_another_stack_s_copy_is_refused(root: Path, configured: set[str]) -> None:
    said = fault(root, "prod", configured, {"PULUMI_OPTION_CONFIG_FILE": "/w/.state/project/Pulumi.local.yaml"})
    assert said is not None
    assert said.startswith(
        "PULUMI_OPTION_CONFIG_FILE must name the settings of stack prod, a file Pulumi.prod.yaml"
        " (got /w/.state/project/Pulumi.local.yaml); run the same command with `-s prod`"
    )


def test_what_is_prepared_or_not_ours_is_left_alone(root: Path) -> None:
    assert fault(root, "prod", KEYS, {}) is None
    assert fault(root, "prod", set(), {"PULUMI_OPTION_CONFIG_FILE": "x/Pulumi.prod.yaml"}) is None
    # A stack whose file is elsewhere, or that has none: the settings' own check says what is missing.
    assert fault(root, "other", set(), {}) is None


def test_a_package_that_is_not_installed_is_told() -> None:
    assert missing("pydantic", "prod").startswith("the Python that Pulumi runs has no package pydantic; run `eval")
