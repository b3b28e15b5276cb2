"""Only a lock whose process is gone from this machine is removed."""

import json
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from delivery.recovery import is_locked, pending_operations, remove_stale_locks
from delivery.unrecorded import Unrecorded
from delivery.workspace import Workspace


@pytest.fixture
def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def write_lock(backend: Path, pid: int, *, stack: str = "sample", hostname: str | None = None) -> Path:
    folder = backend / ".pulumi" / "locks" / "organization" / "planewatch" / stack
    folder.mkdir(parents=True)
    path = folder / "1abb.json"
    path.write_text(json.dumps({"pid": pid, "username": "me", "hostname": hostname or socket.gethostname()}))
    path.with_name("1abb.json.attrs").write_text("{}")
    return path


def removed(backend: Path, stack: str = "sample") -> list[str]:
    notes: list[str] = []
    remove_stale_locks(backend.as_uri(), stack, notes.append)
    return notes


def test_the_lock_of_a_dead_process_goes_with_a_note(tmp_path: Path, dead_pid: int) -> None:
    lock = write_lock(tmp_path / "a b", dead_pid)
    assert removed(tmp_path / "a b") == [
        f"removed the lock of process {dead_pid}, which was killed while it worked on stack sample"
    ]
    assert list(lock.parent.iterdir()) == []


def test_the_lock_of_a_living_pulumi_stays(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "pulumi"], stdin=subprocess.PIPE) as process:
        lock = write_lock(tmp_path, process.pid)
        assert removed(tmp_path) == []
        assert lock.exists()
        process.communicate(b"\n")
    assert len(removed(tmp_path)) == 1


def test_a_number_that_another_program_has_by_now_is_stale(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, cwd="/") as process:
        write_lock(tmp_path, process.pid)
        assert len(removed(tmp_path)) == 1
        process.communicate(b"\n")


def test_locks_of_other_machines_and_stacks_stay(tmp_path: Path, dead_pid: int) -> None:
    write_lock(tmp_path, dead_pid, hostname="elsewhere.example")
    write_lock(tmp_path, dead_pid, stack="another")
    assert removed(tmp_path) == []


def test_what_is_no_lock_stays(tmp_path: Path, dead_pid: int) -> None:
    lock = write_lock(tmp_path, dead_pid)
    lock.write_text("{")
    assert removed(tmp_path) == []
    assert lock.exists()


@pytest.mark.parametrize("backend", ["s3://bucket", "", "https://api.example"])
def test_other_backends_are_left_alone(backend: str) -> None:
    notes: list[str] = []
    remove_stale_locks(backend, "sample", notes.append)
    assert notes == []


def test_pending_operations_are_read_from_an_export() -> None:
    entry = {
        "type": "creating",
        "resource": {"type": "docker:index/network:Network", "inputs": {"name": "n"}, "urn": "u"},
    }
    (operation,) = pending_operations(json.dumps({"version": 3, "deployment": {"pending_operations": [entry]}}))
    assert (operation.kind, operation.resource.inputs["name"]) == ("creating", "n")
    assert pending_operations(json.dumps({"deployment": {}})) == ()


def test_a_lock_that_is_left_counts_as_a_command_at_work(tmp_path: Path) -> None:
    assert not is_locked(tmp_path.as_uri(), "sample")
    write_lock(tmp_path, 1, hostname="elsewhere.example")
    assert is_locked(tmp_path.as_uri(), "sample")
    assert not is_locked(tmp_path.as_uri(), "another")
    assert not is_locked("s3://bucket", "sample")


def test_the_mark_of_a_command_says_when_the_first_began(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path, stack="sample", stacks=tmp_path, state=tmp_path / "state")
    mark = Unrecorded.of(workspace)
    assert mark.began() is None
    mark.begins()
    began = mark.began()
    assert began is not None
    assert abs(datetime.now(tz=UTC) - began) < timedelta(minutes=1)
    mark.begins()
    assert mark.began() == began, "what was made since the first is unrecorded"
    assert Unrecorded.of(replace(workspace, stack="another")).began() is None
    mark.ended()
    mark.ended()
    assert mark.began() is None
