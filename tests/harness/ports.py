"""Ports of the host that nobody holds."""

import errno
import random
import socket

# Below the kernel's range for outgoing connections (32768 up), which could take a port between choice and use, and
# above what people usually give to their own services.
_FIRST, _LAST = 20_000, 31_999
_RANDOM = random.SystemRandom()


def free_ports(count: int) -> tuple[int, ...]:
    """Return ``count`` different TCP ports that are free on loopback now; chosen at random, so that two runs differ."""
    found: set[int] = set()
    while len(found) < count:
        port = _RANDOM.randint(_FIRST, _LAST)
        if _is_free(port):
            found.add(port)
    return tuple(sorted(found))


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
