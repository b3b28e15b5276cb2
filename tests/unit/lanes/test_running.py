import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from tests.lanes import results, running
from tests.lanes.changes import changed_files, in_turn
from tests.lanes.plan import LANES, Part
from tests.lanes.running import Job


def job(name: str, program: str, folder: Path, stream: str = "one") -> Job:
    return Job(name=name, stream=stream, command=[sys.executable, "-c", program], folder=folder)


def test_output_comes_with_the_name_of_its_lane_and_exit_codes_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [job("good", "print('hello')", tmp_path), job("bad", "import sys; print('oh'); sys.exit(3)", tmp_path)]
    done = running.run(jobs, dict(os.environ))
    assert [(each.job.name, each.code) for each in done] == [("good", 0), ("bad", 3)]
    assert capsys.readouterr().out == "good │ hello\nbad  │ oh\n"
    assert results.show("t", [], done, [], Console(quiet=True)) == 1


def test_streams_run_beside_one_another_and_jobs_of_one_after_another(tmp_path: Path) -> None:
    """Each of two streams waits for a file that only the other one writes; a third job finds what the first left."""
    wait = "import pathlib, time\nwhile not pathlib.Path('{}').exists(): time.sleep(0.01)"
    write = "import pathlib; pathlib.Path('{}').touch()\n"
    jobs = [
        job("a", write.format("a") + wait.format("b"), tmp_path),
        job("then", "import pathlib; assert pathlib.Path('b').exists()", tmp_path),
        job("b", write.format("b") + wait.format("a"), tmp_path, stream="two"),
    ]
    assert {each.job.name: each.code for each in running.run(jobs, dict(os.environ))} == {"a": 0, "then": 0, "b": 0}


def test_a_job_that_is_turned_down_is_not_in_the_result(tmp_path: Path) -> None:
    jobs = [job("a", "pass", tmp_path), job("b", "pass", tmp_path)]
    done = running.run(jobs, dict(os.environ), lambda each: each.name != "b")
    assert [each.job.name for each in done] == ["a"]


def test_what_runs_when_time_is_up_is_interrupted_and_listed_as_cut_off(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import time\ndef test_good(): pass\ndef test_long():\n    open('begun', 'w').close()\n    time.sleep(600)\n"
    )
    file = tmp_path / "results.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={file}", "test_it.py"]
    lane = Job(name="a", stream="s", command=[*command, "-c", os.devnull, "--rootdir=."], folder=tmp_path, results=file)
    # Without its plugins pytest starts in a fraction of a second: it is in the second test by then on any machine.
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    (done,) = running.run([lane], environ, end_at=time.time() + 15)
    assert (tmp_path / "begun").exists()
    assert (done.cut, done.code) == (True, 2)
    assert results.show("t", [], [done], [], Console(quiet=True)) == 0


def test_a_lane_that_was_cut_off_after_a_failure_has_failed(tmp_path: Path) -> None:
    file = tmp_path / "results.xml"
    file.write_text('<testsuite><testcase classname="c" name="n" time="1"><failure/></testcase></testsuite>')
    lane = Job(name="a", stream="s", command=[], folder=tmp_path, results=file)
    done = running.Done(job=lane, code=2, seconds=1, cut=True)
    assert results.show("t", [], [done], [], Console(quiet=True)) == 1


def test_counts_are_read_from_what_pytest_writes(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\ndef test_good(): pass\ndef test_bad(): assert 0\n@pytest.mark.skip\ndef test_not(): pass\n"
        "@pytest.fixture\ndef broken(): raise OSError\ndef test_never(broken): pass\n"
    )
    file = tmp_path / "results.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={file}", str(tmp_path)]
    subprocess.run([*command, "-c", os.devnull, "--rootdir", str(tmp_path)], check=False, capture_output=True)
    found = results.read(file)
    assert str(found.counts) == "1 passed, 2 failed, 1 skipped"
    assert len(found.timed) == 4
    assert [(each.name, each.error.splitlines()[0]) for each in found.failures] == [
        ("test_it::test_bad", "assert 0"),
        ("test_it::test_never", 'failed on setup with "OSError"'),
    ]


def test_each_failed_test_stands_at_the_end_with_its_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "results.xml"
    message = "&#10;".join(f"line {number}" for number in range(20))
    file.write_text(f'<t><testcase classname="c" name="n[a-b]" time="1"><failure message="{message}"/></testcase></t>')
    lane = Job(name="a", stream="s", command=[], folder=tmp_path, results=file)
    results.show("t", [], [running.Done(job=lane, code=1, seconds=1)], [], Console())
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[-15:] == [
        "failed: c::n[a-b]",
        *(f"    line {number}" for number in range(12)),
        "failed: a",
        "0 passed, 1 failed",
    ]


def test_a_lane_that_wrote_nothing_counts_nothing_and_still_fails(tmp_path: Path) -> None:
    assert results.read(tmp_path / "none.xml") == results.Results()


def test_lanes_whose_sources_changed_come_first(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "toolchain" / "cluster").mkdir(parents=True)
    (tmp_path / "toolchain" / "cluster" / "new.py").touch()
    git("add", "-A")
    git("commit", "-m", "one")
    assert changed_files(tmp_path) == {"toolchain/cluster/new.py"}
    lanes = [lane for lane in LANES if lane.has(Part.REST)]
    assert in_turn(lanes, tmp_path)[0].name == "cluster"
    assert sorted(lane.name for lane in in_turn(lanes, tmp_path)) == sorted(lane.name for lane in lanes)


def test_outside_a_repository_nothing_counts_as_changed(tmp_path: Path) -> None:
    assert changed_files(tmp_path) == frozenset()
