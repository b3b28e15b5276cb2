"""An exposition whose counter is the scrape's own number: what was scraped can be held against what is stored."""

import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COUNTER = "scrapes_total"


@dataclass
class Counting:
    """Counts its scrapes, and knows which connection (so: which agent) each of them went to."""

    address: str = ""
    served: list[tuple[int, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, connection: int) -> int:
        """Number one more scrape."""
        with self._lock:
            number = len(self.served) + 1
            self.served.append((connection, number))
            return number

    def lost(self, stored: set[int]) -> list[int]:
        """Return the scrapes that are missing between two stored ones of the same connection.

        A scrape that its agent gave up ends the connection, and is so never between two.
        """
        numbers: dict[int, list[int]] = defaultdict(list)
        for connection, number in self.served:
            numbers[connection].append(number)
        missing = []
        for served in numbers.values():
            kept = [number for number in served if number in stored]
            if kept:
                missing += [number for number in served if kept[0] < number < kept[-1] and number not in stored]
        return missing


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that are killed or have waited too long: both is what the tests are about."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def counting() -> Iterator[Counting]:
    """Serve on loopback."""
    counter = Counting()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = counter.next(self.client_address[1])
            # With a claim to be somebody else, which must not come through.
            body = f'# TYPE {COUNTER} counter\n{COUNTER}{{data_plane_id="forged"}} {number}\n'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    counter.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield counter
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
