"""The API server over HTTP: requests, its refusals, and trying again what may pass."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from toolchain.standins.kubernetes.kubeconfig import Target, target
from toolchain.standins.kubernetes.refusals import explain
from toolchain.standins.kubernetes.settings import Settings
from toolchain.standins.servicer.answering import CancelledError, RefusedError
from toolchain.standins.servicer.values import Props, Value, child, objects, text

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5
# As many as the engine works on at a time, and some for those that wait.
CONNECTIONS = 32
# 0.3 + 0.6 + … + 9.6 s: about 20 s, as long as an API server's restart takes.
TRIES = 7
FIRST_PAUSE_SECONDS = 0.3
BUSY = (429, 500, 502, 503, 504)
NOT_FOUND, CONFLICT, INVALID, FORBIDDEN, BAD_REQUEST = 404, 409, 422, 403, 400

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"


class UnreachableError(RefusedError):
    """No API server answers, or the kubeconfig names none."""


class ApiError(RefusedError):
    """The API server's refusal, in words a person can act on."""

    def __init__(self, code: int, status: Props, doing: str) -> None:
        super().__init__(explain(code, status, doing))
        self.code = code
        self.status = status

    @property
    def reason(self) -> str:
        """The machine's word for it: `AlreadyExists`, `Conflict`, `NotFound`."""
        return text(self.status, "reason")

    @property
    def missing_namespace(self) -> bool:
        """Whether it is the namespace that does not exist."""
        return self.code == NOT_FOUND and text(child(self.status, "details"), "kind") == "namespaces"

    @property
    def causes(self) -> list[Props]:
        """The single causes: `reason`, `message`, `field`."""
        return objects(child(self.status, "details"), "causes")


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    query: Mapping[str, str]
    content: bytes | None = None
    content_type: str = JSON

    def through(self, http: "httpx.Client") -> "httpx.Response":
        """Send it once."""
        headers = {"Content-Type": self.content_type} if self.content else {}
        return http.request(self.method, self.path, params=self.query, content=self.content, headers=headers)


@dataclass
class Client:
    """One connection pool for the whole process, opened by the first request."""

    settings: Settings = field(default_factory=Settings)
    cancelled: threading.Event = field(default_factory=threading.Event)
    tries: int = TRIES
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _http: "httpx.Client | None" = None
    _target: Target | None = None
    _unreachable: str = ""
    _answered: bool = False

    @property
    def target(self) -> Target:
        """The API server this client talks to; UnreachableError when the kubeconfig names none."""
        with self._lock:
            if self._target is None:
                try:
                    self._target = target(self.settings)
                except RefusedError as error:
                    raise UnreachableError(str(error)) from error
            return self._target

    def get(self, path: str, query: Mapping[str, str] | None = None, *, doing: str = "") -> Props:
        """Get an object or list."""
        return self.request("GET", path, query=query, doing=doing)

    def get_text(self, path: str, query: Mapping[str, str]) -> str:
        """Get plain text (logs)."""
        return self._send(Request("GET", path, query), "").text

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Value = None,
        content_type: str = JSON,
        doing: str = "",
    ) -> Props:
        """Send a request; `doing` begins the message of an ApiError ("create Deployment plane/api")."""
        content = None if body is None else json.dumps(body).encode()
        response = self._send(Request(method, path, query or {}, content, content_type), doing)
        return cast("Props", json.loads(response.content, object_hook=_without_nulls))

    def _send(self, wanted: "Request", doing: str) -> "httpx.Response":
        import httpx  # noqa: PLC0415 - 0.2 s that previews without changes save

        method, pause = wanted.method, FIRST_PAUSE_SECONDS
        for attempt in range(1, self.tries + 1):
            last = attempt == self.tries
            try:
                response = wanted.through(self._connected())
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                # A server that has answered before is restarting; one that never has is not there.
                if last or not self._answered:
                    raise self._fail(error) from error
            except httpx.TransportError as error:
                # The server may have done it already: only what can be repeated is.
                if last or method == "POST":
                    raise UnreachableError(f"the connection to {self.target} was lost: {error}") from error
            else:
                self._answered = True
                if response.is_success:
                    return response
                if response.status_code not in BUSY or last or (method == "POST" and response.status_code != BUSY[0]):
                    raise ApiError(response.status_code, _status(response), doing or f"{method.lower()} {wanted.path}")
                pause = max(pause, float(response.headers.get("Retry-After") or 0))
            if self.cancelled.wait(pause):
                raise CancelledError("interrupted; the next `pulumi up` continues here")
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    def _fail(self, error: Exception) -> UnreachableError:
        """Remember that nobody answers: hundreds of resources must not wait for it one by one."""
        reason = " ".join(str(error).split()) or type(error).__name__
        self._unreachable = f"cannot reach the Kubernetes API server {self.target}: {reason}"
        return UnreachableError(self._unreachable)

    def _connected(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - as above

        from toolchain.standins.kubernetes import credentials  # noqa: PLC0415 - needs httpx

        found = self.target
        with self._lock:
            if self._unreachable:
                raise UnreachableError(self._unreachable)
            if self._http is None:
                context = credentials.tls(found)
                self._http = httpx.Client(
                    base_url=found.server,
                    verify=context,
                    auth=credentials.auth(found, context),
                    timeout=httpx.Timeout(self.settings.request_seconds, connect=CONNECT_SECONDS, pool=None),
                    limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
                    proxy=text(found.cluster, "proxy-url") or None,
                    headers={"User-Agent": "pulumi-kubernetes", "Accept": JSON},
                )
            return self._http


def _without_nulls(found: Props) -> Props:
    """Leave nulls out: they mean nothing in an object and cannot be told from absent ones on the engine's wire."""
    return {key: value for key, value in found.items() if value is not None}


def _status(response: "httpx.Response") -> Props:
    try:
        found = response.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return cast("Props", found)
    return {"message": response.text.strip()[:500]}
