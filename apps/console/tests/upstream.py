"""Servers in the place of Prometheus that behave badly, or only count."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.harness.http_server import HttpServer


@dataclass
class Upstream:
    """Answers everything with `status` and `body`, or what `answer` makes of the path and the posted form, when `open`.

    `seen` are the bodies asked with. Its clock is `ahead` of this machine's by that many seconds. The first `cut_off`
    get no answer.
    """

    status: int = 200
    body: str = '{"status":"success","data":{"resultType":"vector","result":[]}}'
    answer: Callable[[str, bytes], str] | None = None
    open: threading.Event = field(default_factory=threading.Event)
    seen: list[bytes] = field(default_factory=list)
    url: str = ""
    ahead: float = 0
    cut_off: int = 0


@contextmanager
def running(upstream: Upstream) -> Iterator[Upstream]:
    """Serve `upstream` on loopback (its `url`); requests still held up are let go at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, asked: bytes) -> None:
            upstream.seen.append(asked)
            upstream.open.wait()
            if len(upstream.seen) <= upstream.cut_off:
                self.close_connection = True
                return
            body = (upstream.answer(self.path, asked) if upstream.answer else upstream.body).encode()
            try:
                self.send_response(upstream.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                """The client has given up waiting."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(timestamp or time.time() + upstream.ahead)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HttpServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    upstream.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield upstream
    finally:
        upstream.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
