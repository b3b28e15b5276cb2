"""ASGI applications on a port of this machine, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until


@dataclass(frozen=True, kw_only=True)
class Tls:
    """Files (PEM) that a server shows itself by."""

    certificate: Path
    key: Path


@contextmanager
def serving(
    app: Starlette, address: str = "127.0.0.1", port: int | None = None, *, tls: Tls | None = None
) -> Iterator[str]:
    """Serve ``app`` and yield its base URL; ``address`` is where it listens, at a free port unless one is said."""
    port = port or free_port()
    config = uvicorn.Config(app, host=address, port=port, log_level="warning", ws="none")
    if tls:
        config.ssl_certfile, config.ssl_keyfile = tls.certificate, str(tls.key)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, within_s=30, what="the server listens", every_s=0.02)
        yield f"{'https' if tls else 'http'}://{address}:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
