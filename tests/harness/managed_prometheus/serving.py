"""ASGI applications on a port of this machine, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from tests.harness.ports import free_ports
from tests.harness.waiting import wait_until


@contextmanager
def serving(app: Starlette, address: str = "127.0.0.1") -> Iterator[str]:
    """Serve ``app`` and yield its base URL; ``address`` is where it listens."""
    (port,) = free_ports(1)
    server = uvicorn.Server(uvicorn.Config(app, host=address, port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, within_s=30, what="the server listens", every_s=0.02)
        yield f"http://{address}:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
