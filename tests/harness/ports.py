"""Ports of the host that nobody holds, and that no other test run is about to take."""

import errno
import fcntl
import itertools
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Below the kernel's range for outgoing connections (32768 up), which could take a port between choice and use, and
# above what people usually give to their own services.
_FIRST = 11_000
# Processes beside one another have a share each: of 400 ports that a run of 200 planes had chosen, one was taken by the
# run beside it before they were used. `make test-all` is seven processes at a time.
_SHARES, _PORTS = 8, 2_250
_RANDOM = random.SystemRandom()


def free_ports(count: int) -> tuple[int, ...]:
    """Return ``count`` different TCP ports that are free on loopback now.

    A port is given out again only after all others of this process's share.
    """
    return tuple(sorted(itertools.islice(filter(_is_free, _share()), count)))


def free_port() -> int:
    """Return one such port."""
    return free_ports(1)[0]


@cache
def _share() -> Iterator[int]:
    """Take a share that no other process has, from a random port on; it is given back when this process ends."""
    shares = _RANDOM.sample(range(_SHARES), _SHARES)
    number = next(filter(_take, shares), shares[0])
    begin = _RANDOM.randrange(_PORTS)
    return itertools.cycle(_FIRST + number * _PORTS + (begin + port) % _PORTS for port in range(_PORTS))


def _take(number: int) -> bool:
    path = Path(tempfile.gettempdir(), f"planewatch-test-ports-{number}.lock")
    try:
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)  # open, and so held, until the process ends
    except PermissionError:  # another user's
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
