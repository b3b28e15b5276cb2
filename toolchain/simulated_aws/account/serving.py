"""The server of the simulated API, in a thread of its process."""

import logging
import os
import threading
from types import TracebackType
from typing import Self

# moto reads these when it is imported: policies like AmazonEKSClusterPolicy exist in every account.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from toolchain.simulated_aws.account.backends import Backends
from toolchain.simulated_aws.account.extension import Extension

LOOPBACK = "127.0.0.1"


class Simulator:
    """A simulated API on a port of loopback while the context lasts. One to a process: moto's state is global."""

    def __init__(self, port: int = 0, *, backends: Backends) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        application = Extension(DomainDispatcherApplication(create_backend_app), backends=backends)
        self._server: BaseWSGIServer = make_server(
            LOOPBACK, port, application, threaded=True, request_handler=MotoRequestHandler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The address to give as AWS_ENDPOINT_URL."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
