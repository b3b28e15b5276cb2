"""The layer around moto: the services' own limits, resources that moto lacks, and faults that tests inject."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import run_wsgi_app

from toolchain.simulated_aws.account import amp, budgets, eks, grafana, secrets_manager
from toolchain.simulated_aws.account.backends import Backends
from toolchain.simulated_aws.account.faults import CONTROL_PATH, Faults
from toolchain.simulated_aws.account.requests import ApiError, Request, parse, signed_for
from toolchain.simulated_aws.account.store import Record, Store, answer, tags

Environ = dict[str, Any]
Start = Callable[..., Any]


@dataclass
class Extension:
    """A WSGI application around moto's."""

    moto: Callable[[Environ, Start], Iterable[bytes]]
    store: Store = field(default_factory=Store)
    faults: Faults = field(default_factory=Faults)
    backends: Backends = field(default_factory=Backends)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        body = _body(environ)
        if environ["PATH_INFO"] == CONTROL_PATH:
            self.faults.wanted = json.loads(body)
            return _send(start, 200, {})
        known = signed_for(environ)
        request = parse(*known, environ, body) if known else None
        fault = self.faults.match(environ, body, request.operation if request else "")
        if fault is not None:
            start(f"{fault.status} fault", fault.headers())
            return [fault.body()]
        if request is None:
            with self.store.lock:  # moto iterates over what other threads change: it would fail with status 500
                return self.moto(environ, start)
        try:
            return self._answer(request, environ, start)
        except ApiError as error:
            return _send(start, error.status, {"message": error.message, "__type": error.code}, error.code)

    def _answer(self, request: Request, environ: Environ, start: Start) -> Iterable[bytes]:
        with self.store.lock:
            eks.finish_creating(request.region)
            for part in (eks, amp, budgets, grafana, secrets_manager):
                if (found := part.before(request, self.store)) is not None:
                    return _send(start, 200, found)
            for kind in (*eks.KINDS, *amp.KINDS, *grafana.KINDS):
                if kind.service == request.service and (found := answer(kind, request, self.store)) is not None:
                    return _send(start, 200, found)
            if (found := tags(request, self.store)) is not None:
                return _send(start, 200, found)
            parts, status, headers = run_wsgi_app(self.moto, environ, buffered=True)
            content = b"".join(parts)
            if status.startswith("2"):
                if request.service in _AFTER:
                    _AFTER[request.service](request, self.store)
                if request.operation == "CreateCluster" and (seconds := self.faults.seconds("eks:CreateCluster")):
                    eks.start_creating(request, seconds)
                answered: Record = json.loads(content) if content else {}
                self.backends.connect(request, answered)
                if request.service == "amp" and content:
                    amp.augment(request, answered)
                    return _send(start, 200, answered)
            start(status, list(headers))
            return [content]


_AFTER: dict[str, Callable[[Request, Store], None]] = {
    "eks": eks.after,
    "amp": amp.after,
    "budgets": budgets.after,
}


def _body(environ: Environ) -> bytes:
    """Read the body and put it back for whoever reads next."""
    if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _send(start: Start, status: int, content: Mapping[str, Any], code: str = "") -> Iterable[bytes]:
    sent = json.dumps(content).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(sent)))]
    if code:
        headers.append(("x-amzn-ErrorType", code))
    start(f"{status} {code or 'OK'}", headers)
    return [sent]
