"""A receiver outside the cluster: this machine, at any of its addresses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.harness.receiver import alerts_in


@dataclass(kw_only=True)
class Outside:
    """What listens at ``port``, and what was posted there."""

    port: int
    bodies: list[str] = field(default_factory=list)

    def alerts(self, name: str, plane: str) -> list[dict[str, Any]]:
        """Return the alerts called ``name`` of ``plane`` in the order in which they were told."""
        return alerts_in(tuple(self.bodies), name, plane)


@contextmanager
def outside() -> Iterator[Outside]:
    """Listen at a free port of every address while the context lasts."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Outside(port=server.server_port, bodies=bodies)
        finally:
            server.shutdown()
