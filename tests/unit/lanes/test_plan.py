"""No test is forgotten: each belongs to one lane, and what is said to be thorough exists."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ON_CLUSTER
from tests.deployments import PLATFORMS
from tests.lanes.plan import LANES, Lane, Part

ROOT = Path(__file__).parents[3]
_FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("tests", "apps/api/tests", "apps/console/tests", "apps/traffic/tests")
    for path in (ROOT / folder).rglob("test_*.py")
)


def _has(lane: Lane, file: str) -> bool:
    return file.startswith(lane.paths) and not file.startswith(lane.elsewhere or ("/",))


def test_each_file_that_needs_no_cluster_is_in_one_lane() -> None:
    away = tuple(path for path in ON_CLUSTER if "::" not in path)
    claims = {
        file: [lane.name for lane in LANES if not lane.on_cluster and _has(lane, file)]
        for file in _FILES
        if not file.startswith(away)
    }
    assert {file: names for file, names in claims.items() if len(names) != 1} == {}


def test_each_file_that_needs_the_cluster_is_in_one_of_its_lanes() -> None:
    files = {file for file in _FILES if file.startswith(tuple(path.partition("::")[0] for path in ON_CLUSTER))}
    claims = {file: [lane.name for lane in LANES if lane.on_cluster and _has(lane, file)] for file in files}
    assert {file: names for file, names in claims.items() if len(names) != 1} == {}


def test_the_conformance_suite_runs_on_every_platform() -> None:
    platforms = [lane.platform for lane in LANES if "tests/conformance" in lane.paths]
    assert sorted(map(str, platforms)) == sorted(PLATFORMS)


def test_no_two_lanes_write_the_same_results() -> None:
    names = [lane.name for lane in LANES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", sorted({path for lane in LANES for path in (*lane.paths, *lane.thorough)}))
def test_what_a_lane_names_exists(path: str) -> None:
    assert (ROOT / path.partition("::")[0]).exists()


@pytest.mark.parametrize(
    "lane", [lane for lane in LANES if any("::" in path for path in lane.thorough)], ids=lambda lane: lane.name
)
def test_pytest_finds_each_single_test_that_a_lane_names(lane: Lane) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *lane.selection(Part.REST)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    single = {path for path in lane.thorough if "::" in path}
    assert {path for path in single if not any(line.startswith(path) for line in found.stdout.splitlines())} == set()


@pytest.mark.parametrize("lane", LANES, ids=lambda lane: lane.name)
def test_a_lane_with_a_thorough_part_says_what_it_proves_and_how_long_it_takes(lane: Lane) -> None:
    assert lane.has(Part.REST) == bool(lane.proves) == bool(lane.minutes)
    assert all((ROOT / source).exists() for source in lane.proves)


def test_what_is_left_to_the_long_run_is_deselected_in_the_short_one() -> None:
    lane = Lane(name="a", stream="s", paths=("tests/a", "tests/b"), thorough=("tests/a/test_long.py",))
    assert "--deselect=tests/a/test_long.py" in lane.selection(Part.QUICK)
    assert list(lane.selection(Part.REST))[:1] == ["tests/a/test_long.py"]
    assert "--deselect=tests/a/test_long.py" not in lane.selection(Part.ALL)
