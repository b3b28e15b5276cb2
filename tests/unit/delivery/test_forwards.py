"""Forwards stay open whatever ends them; what stands in their way is told with the port or in kubectl's words.

A program that listens and says so as `kubectl port-forward` does takes its place: there is no cluster here. The
command is tried against a real one in tests/e2e_kubernetes/test_access.py.
"""

import os
import signal
import socket
import sys
import textwrap
import time
from pathlib import Path

import pytest

from delivery.errors import CommandError
from delivery.forwards import Forward, opened, taken
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

_PROGRAM = """
import os, socket, sys, time
folder, ports = sys.argv[1], sys.argv[-1]
local = int(ports.partition(":")[0] or 0)
with open(f"{folder}/pids", "a") as file:
    file.write(f"{os.getpid()}\\n")
if os.path.exists(f"{folder}/broken"):
    sys.exit("error: the cluster is gone")
with socket.create_server(("127.0.0.1", local)) as server:
    print(f"Forwarding from 127.0.0.1:{server.getsockname()[1]} -> 8000", flush=True)
    print(f"Handling connection for {local}", flush=True)
    while True:
        time.sleep(60)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "forwarder.py"
    path.write_text(textwrap.dedent(_PROGRAM))
    return path


def forward(program: Path, name: str = "console", port: int | None = None) -> Forward:
    found = free_port() if port is None else port
    return Forward.of(name, f"{sys.executable} {program} {program.parent} {found or ''}:8000")


def pids(program: Path) -> list[int]:
    file = program.parent / "pids"
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def answers(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=2).close()
    except OSError:
        return False
    return True


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_entry_of_the_output_is_read() -> None:
    found = Forward.of("prod-http", "kubectl --context c -n planewatch-dev-prod port-forward service/api 8081:8000")
    assert (found.name, found.port, found.remote) == ("prod-http", 8081, 8000)
    assert found.words[-2:] == ["service/api", "8081:8000"]
    assert found.anywhere().words[-2:] == ["service/api", ":8000"]


@pytest.mark.parametrize("text", ["", "kubectl port-forward service/api", "kubectl port-forward service/api 80:http"])
def test_an_entry_that_is_no_forward_is_reported(text: str) -> None:
    with pytest.raises(CommandError, match="no port-forward at prod-http"):
        Forward.of("prod-http", text or "x")


def test_every_forward_answers_while_it_is_open_and_nothing_is_left_of_it(program: Path) -> None:
    ways = [forward(program, "console"), forward(program, "query"), forward(program, "any", 0)]
    with opened(ways, os.environ, pytest.fail) as urls:
        assert list(urls) == ["console", "query", "any"]
        assert urls["console"] == f"http://127.0.0.1:{ways[0].port}"
        assert not urls["any"].endswith(":0")
        assert all(answers(url) for url in urls.values())
        running = pids(program)
    assert len(running) == 3
    assert all(is_gone(pid) for pid in running)
    assert not any(answers(url) for url in urls.values())


def test_a_forward_that_ends_is_reopened_and_reported(program: Path) -> None:
    notes: list[str] = []
    with opened([forward(program)], os.environ, notes.append) as urls:
        os.kill(pids(program)[0], signal.SIGKILL)
        wait_until(lambda: len(pids(program)), lambda count: count == 2, within_s=30, what="another start")
        wait_until(lambda: answers(urls["console"]), within_s=30, what="it answers again")
        wait_until(lambda: len(notes), lambda count: count == 2, within_s=30, what="both notes")
    assert notes == [
        "console: the forward ended (no reason given); opening it again",
        "console: open again",
    ]


def test_while_it_cannot_be_opened_the_reason_is_reported_once(program: Path) -> None:
    notes: list[str] = []
    with opened([forward(program)], os.environ, notes.append) as urls:
        (program.parent / "broken").touch()
        os.kill(pids(program)[0], signal.SIGKILL)
        wait_until(lambda: len(pids(program)), lambda count: count == 3, within_s=30, what="two tries")
        (program.parent / "broken").unlink()
        wait_until(lambda: answers(urls["console"]), within_s=30, what="it answers again")
        wait_until(lambda: notes[-1], lambda note: note.endswith("open again"), within_s=30, what="that is told")
    assert sum("the cluster is gone" in note for note in notes) == 1


def test_one_that_never_opens_ends_all_with_the_words_of_the_command(program: Path) -> None:
    (program.parent / "broken").touch()
    way = forward(program, "prod-http")
    with pytest.raises(CommandError, match="prod-http does not open: error: the cluster is gone") as caught:  # noqa: SIM117
        with opened([way], os.environ, pytest.fail, within_s=2):
            pytest.fail("it is not open")
    assert f"{way.port}:8000" in str(caught.value)
    assert all(is_gone(pid) for pid in pids(program))


def test_a_program_that_is_not_there_is_reported() -> None:
    way = Forward.of("console", "no-such-kubectl port-forward service/console :8080")
    with pytest.raises(CommandError, match="no-such-kubectl: No such file or directory"):  # noqa: SIM117
        with opened([way], os.environ, pytest.fail, within_s=1):
            pytest.fail("it is not open")


def test_closing_does_not_wait_for_the_pause_between_tries(program: Path) -> None:
    with opened([forward(program)], os.environ, lambda _: None):
        (program.parent / "broken").touch()
        os.kill(pids(program)[0], signal.SIGKILL)
        wait_until(lambda: len(pids(program)), lambda count: count == 3, within_s=30, what="pauses grow")
        begun = time.monotonic()
    # The pause after the third start takes 4 s.
    assert time.monotonic() - begun < 3.5


def test_ports_that_somebody_listens_on_are_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = Forward.of("console", f"kubectl port-forward service/console {server.getsockname()[1]}:8080")
        free = Forward.of("query", f"kubectl port-forward service/query {free_port()}:9090")
        assert taken([busy, free, busy.anywhere()]) == [busy]
