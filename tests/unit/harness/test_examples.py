"""The profiles of property tests, as pytest loads them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.examples import ORDINARY, THOROUGH

ROOT = Path(__file__).parents[3]
TEST = """
from hypothesis import given, settings, strategies as st
from tests.harness.examples import examples

counts = {"own": 0, "usual": 0}

@given(st.integers())
def test_usual(_):
    counts["usual"] += 1

@settings(max_examples=examples(20))
@given(st.integers())
def test_own(_):
    counts["own"] += 1

def test_counts():
    print("tried", counts["usual"], counts["own"])
"""


@pytest.mark.parametrize(
    ("options", "tried"), [((), (ORDINARY, 20)), (("--hypothesis-profile=thorough",), (THOROUGH, 50))]
)
def test_a_test_tries_as_many_examples_as_its_profile_says(
    tmp_path: Path, options: tuple[str, ...], tried: tuple[int, int]
) -> None:
    (tmp_path / "conftest.py").write_text("from tests.harness import examples\n\nexamples.register()\n")
    file = tmp_path / "test_some.py"
    file.write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [*command, *options, str(file)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tried {} {}".format(*tried) in run.stdout
