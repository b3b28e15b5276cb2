"""The HTTP server of a test, in threads of the test's process."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class HttpServer(ThreadingHTTPServer):
    """Passes over clients that leave before they are answered, as any may.

    To report one is to parse source code in a thread (for the marks below a traceback's lines). In CPython 3.11 that
    upsets another thread's `ast.parse`, which then raises SystemError: pytest rewriting an import, or Hypothesis.
    """

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
