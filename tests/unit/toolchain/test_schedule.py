import io
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from tests.harness.waiting import wait_until
from toolchain.obtain import process
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.schedule import Task, perform
from toolchain.obtain.stages import Report, Stage


def report() -> Report:
    return Report(console=Console(file=io.StringIO()), live=False)


def nothing(_stage: Stage) -> None:
    pass


def test_tasks_run_beside_one_another() -> None:
    """Each waits for the other: one after another they would never end."""
    met = threading.Barrier(2, timeout=30)

    def meet(_stage: Stage) -> None:
        met.wait()

    perform([Task(title=name, work=meet) for name in ("a", "b")], report())


def test_a_task_begins_after_those_that_it_names() -> None:
    order: list[str] = []

    def noted(name: str) -> Callable[[Stage], None]:
        return lambda _stage: order.append(name)

    tasks = [
        Task(title=name, work=noted(name), after=after) for name, after in [("a", ()), ("b", ("a",)), ("c", ("b",))]
    ]
    perform(tasks, report())
    assert order == ["a", "b", "c"]


def test_the_first_error_ends_what_runs_and_lets_nothing_begin(tmp_path: Path) -> None:
    begun = threading.Event()

    def fail(_stage: Stage) -> None:
        assert begun.wait(30)
        wait_until((tmp_path / "pid").exists, within_s=60, what="the other program runs", every_s=0.01)
        raise UnavailableError("no way")

    def last(_stage: Stage) -> None:
        begun.set()
        process.run(["sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 600"], log=tmp_path / "log")

    never = Task(title="never", work=lambda _: (tmp_path / "never").touch(), after=("fails",))
    with pytest.raises(UnavailableError, match="no way"):
        perform([Task(title="fails", work=fail), Task(title="lasts", work=last), never], report())
    assert not (tmp_path / "never").exists()
    wait_gone(int((tmp_path / "pid").read_text()))


def test_an_interrupt_ends_everything(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from toolchain.obtain import process
from toolchain.obtain.schedule import Task, perform
from toolchain.obtain.stages import Report
folder = Path({str(tmp_path)!r})
def work(name):
    return lambda stage: process.run(["sh", "-c", f"echo $$ > {{folder}}/{{name}}; exec sleep 600"], log=folder / "log")
with process.terminable():
    perform([Task(title=name, work=work(name)) for name in "ab"], Report(live=False))
"""
    files = [tmp_path / "a", tmp_path / "b"]
    with subprocess.Popen([sys.executable, "-c", program]) as child:

        def all_run() -> bool:
            assert child.poll() is None, f"the program ended with {child.returncode} before it started anything"
            return all(file.exists() and file.read_text().strip() for file in files)

        try:
            wait_until(all_run, within_s=120, what="both programs run")
            child.terminate()
            assert child.wait(60) == 143
        finally:
            child.kill()  # one that is still there would be held against whatever test runs next
    for file in files:
        wait_gone(int(file.read_text()))


def test_no_task_is_no_work() -> None:
    perform([], report())


def wait_gone(pid: int) -> None:
    def is_gone() -> bool:
        try:
            return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
        except (FileNotFoundError, ProcessLookupError):
            return True

    wait_until(is_gone, within_s=60, what=f"process {pid} is gone", every_s=0.05)
