"""A small HTTPS server that wants credentials as an API server does: a token, or a certificate that it trusts."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from infra.platforms.kubernetes.selfsigned import Pair, make_authority, make_certificate
from tests.harness.http_server import HttpServer

NAME = "api.cluster.test"
TOKEN = "the-right-token"
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    body: dict[str, Any]


@dataclass(kw_only=True)
class Server:
    """A running server: whom to trust, whom it trusts, and everything it was asked by those it knows."""

    url: str
    authority: Pair
    client: Pair
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Answer] = lambda asked: (200, {"path": asked.path})


@contextmanager
def https_server(folder: Path) -> Iterator[Server]:
    """Serve at a loopback address under the name NAME until the block ends."""
    now = datetime.now(UTC)
    authority, client = make_authority("servers", now), make_authority("jane", now)
    own = make_certificate(NAME.partition(".")[2], authority, now)
    pem, trusted = folder / "server.pem", folder / "clients.pem"
    pem.write_text(own.certificate + own.key)
    trusted.write_text(client.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.load_verify_locations(trusted)
    context.verify_mode = ssl.CERT_OPTIONAL

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PATCH(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            assert isinstance(self.connection, ssl.SSLSocket)
            known = self.connection.getpeercert() or self.headers.get("Authorization") == f"Bearer {TOKEN}"
            code, said = 401, dict[str, Any](reason="Unauthorized", message="Unauthorized")
            if known:
                asked = Asked(method=self.command, path=self.path, body=json.loads(body or b"{}"))
                server.asked.append(asked)
                code, said = server.answer(asked)
            content = json.dumps(said).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with HttpServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        http.socket = context.wrap_socket(http.socket, server_side=True)
        server = Server(url=f"https://127.0.0.1:{http.server_port}", authority=authority, client=client)
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
