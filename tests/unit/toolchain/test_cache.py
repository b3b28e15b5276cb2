import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from toolchain.obtain.cache import Cache, key, remove_tree


def test_the_folder_is_chosen_by_planewatch_cache_then_xdg_then_home(tmp_path: Path) -> None:
    assert Cache.of({"PLANEWATCH_CACHE": str(tmp_path / "own"), "XDG_CACHE_HOME": "/x"}).root == tmp_path / "own"
    assert Cache.of({"XDG_CACHE_HOME": str(tmp_path)}).root == tmp_path / "planewatch"
    assert Cache.of({}).root == Path.home() / ".cache" / "planewatch"


def test_key_depends_on_every_part_and_on_their_boundaries() -> None:
    assert key("ab", "c") == key(b"ab", "c")
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("ab", "c", "")}) == 4


def test_an_entry_is_built_once_and_then_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    built: list[Path] = []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "file").write_text("x")

    assert cache.find("kind", "k") is None
    first = cache.make("kind", "k", build)
    assert (cache.make("kind", "k", build), cache.find("kind", "k")) == (first, first)
    assert (first / "file").read_text() == "x"
    assert len(built) == 1


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(143)])
def test_a_failed_or_interrupted_build_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    cache = Cache(tmp_path)

    def build(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise error

    with pytest.raises(type(error)):
        cache.make("kind", "k", build)
    assert cache.find("kind", "k") is None
    assert list((tmp_path / "entries").iterdir()) == []


def test_what_a_killed_builder_left_is_swept_by_the_next(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from toolchain.obtain.cache import Cache\n"
        "def build(folder):\n"
        "    (folder / 'half').write_text('x'); print('building', flush=True); time.sleep(60)\n"
        f"Cache(Path({str(tmp_path)!r})).make('kind', 'k', build)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"building\n"
        child.send_signal(signal.SIGKILL)
    assert len(list((tmp_path / "entries").iterdir())) == 1

    entry = Cache(tmp_path).make("kind", "k", lambda folder: (folder / "whole").touch())

    assert [path.name for path in entry.iterdir()] == ["whole"]
    assert list((tmp_path / "entries").iterdir()) == [entry]


def _append(root: Path, log: Path, together: Barrier) -> None:
    def build(folder: Path) -> None:
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(0.2)  # the others come to the lock meanwhile
        (folder / "file").touch()

    # A process takes a second to start; without this the last would find the entry made.
    together.wait(120)
    Cache(root).make("kind", "k", build)


def test_several_processes_build_an_entry_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    workers = [context.Process(target=_append, args=(tmp_path / "cache", log, together)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(log.read_text().splitlines()) == 1


def test_what_nobody_used_for_a_month_goes_when_its_successor_comes(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    names = [("web", "unused"), ("web", "used"), ("web-other", "unused")]
    unused, used, other = (cache.make(kind, key(name), lambda folder: (folder / "x").touch()) for kind, name in names)
    for path in (unused, used, other):
        os.utime(path, (0, 0))
    assert cache.find("web", key("used")) == used
    new = cache.make("web", key("new"), lambda folder: (folder / "x").touch())
    assert {path for path in (unused, used, other, new) if path.exists()} == {used, other, new}


def test_waiting_for_another_run_is_reported(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    heard: list[str] = []
    asked = threading.Event()

    def note(text: str) -> None:
        heard.append(text)
        asked.set()

    def other() -> None:
        with cache.lock("name", note=note):
            pass

    with cache.lock("name"):
        thread = threading.Thread(target=other)
        thread.start()
        assert asked.wait(10)
    thread.join()
    assert heard == ["waiting for another run that is building it"]


def test_ten_logs_of_a_name_are_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(15):
        (folder / f"go-20200101T0000{number:02}-1.log").touch()
    (folder / "web-20200101T000000-1.log").touch()
    cache.log("go").touch()
    assert len(list(folder.glob("go-*.log"))) == 10
    assert (folder / "web-20200101T000000-1.log").exists()


def test_a_read_only_tree_can_be_deleted(tmp_path: Path) -> None:
    inner = tmp_path / "tree" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").touch(mode=0o444)
    inner.chmod(0o555)
    remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
