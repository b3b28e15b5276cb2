"""Test runs beside one another never choose the same port, and one run does not soon choose a port again."""

import socket
import subprocess
import sys

import pytest

from tests.harness import ports
from tests.harness.ports import free_ports
from tests.harness.pulumi import ROOT

_MANY = 400


def _of_another_process(count: int) -> set[int]:
    program = f"from tests.harness.ports import free_ports; print(*free_ports({count}))"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {int(port) for port in told.split()}


def test_another_process_has_ports_of_its_own() -> None:
    # Most of a share: two processes with the same one would meet.
    ours, theirs = set(free_ports(2_000)), _of_another_process(2_000)
    assert len(theirs) == 2_000
    assert not ours & theirs


def test_a_port_is_not_soon_given_out_again() -> None:
    found = [port for _ in range(5) for port in free_ports(_MANY)]
    assert len(set(found)) == len(found)


def test_a_port_that_is_held_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        held, (free,) = holder.getsockname()[1], free_ports(1)
        monkeypatch.setattr(ports, "_share", lambda: iter([held, free]))
        assert free_ports(1) == (free,)
