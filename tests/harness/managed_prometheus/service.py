"""The frontend of Managed Prometheus: who asks, may they, which agent is listened to; then the real store answers."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import cramjam
import httpx
from google.protobuf.message import DecodeError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.harness.managed_prometheus.identities import ACCOUNT, Identities
from tests.harness.managed_prometheus.policies import is_allowed
from tests.harness.managed_prometheus.replicas import Elections
from tests.harness.managed_prometheus.signatures import RefusedError, SignedRequest, signer
from tests.harness.managed_prometheus.writes import Write

# The service's Prometheus-compatible API; what is not here it does not serve.
ACTIONS = {
    "remote_write": "aps:RemoteWrite",
    "query": "aps:QueryMetrics",
    "query_range": "aps:QueryMetrics",
    "labels": "aps:GetLabels",
    "label": "aps:GetLabels",
    "series": "aps:GetSeries",
    "metadata": "aps:GetMetricMetadata",
    "rules": "aps:ListRules",
    "alerts": "aps:ListAlerts",
}
_PASSED_ON = ("content-type", "content-encoding", "x-prometheus-remote-write-version", "accept")


class Outcome(StrEnum):
    """What became of a request."""

    STORED = "stored"
    DEDUPLICATED = "deduplicated"
    ANSWERED = "answered"
    REFUSED = "refused"
    THROTTLED = "throttled"
    AWAY = "away"


@dataclass(kw_only=True)
class Workspace:
    """A workspace, what came to its frontend, and who its agents' elected are; ``away`` it alone answers 503."""

    id: str
    region: str
    store_url: str
    away: bool = False
    elections: Elections = field(default_factory=Elections)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def arn(self) -> str:
        """The ARN that policies name."""
        return workspace_arn(self.id, self.region)


def workspace_arn(workspace_id: str, region: str) -> str:
    """Return a workspace's ARN in the account."""
    return f"arn:aws:aps:{region}:{ACCOUNT}:workspace/{workspace_id}"


class Service:
    """The ASGI application ``app``. ``away`` it answers 503; the next ``throttled`` writes get 429."""

    def __init__(self, workspaces: Mapping[str, Workspace], identities: Identities, region: str) -> None:
        self.workspaces, self.identities, self.region = workspaces, identities, region
        self.away = False
        self.throttled = 0
        self.keys_seen: set[str] = set()
        self._http = httpx.AsyncClient(timeout=60, trust_env=False)
        path = "/workspaces/{workspace}/api/v1/{call:path}"
        routes = [Route(path, self._serve, methods=["GET", "POST"])]
        self.app = Starlette(routes=routes, lifespan=self._connections)

    @asynccontextmanager
    async def _connections(self, _: Starlette) -> AsyncIterator[None]:
        async with self._http:
            yield

    async def _serve(self, request: Request) -> Response:
        workspace_id, call = request.path_params["workspace"], request.path_params["call"]
        workspace = self.workspaces.get(workspace_id)
        outcomes: Counter[Outcome] = workspace.outcomes if workspace else Counter()
        if self.away or (workspace and workspace.away):
            outcomes[Outcome.AWAY] += 1
            return _error("ServiceUnavailableException", "Service Unavailable", 503)
        body = await request.body()
        try:
            found = self._admit(_signed(request, body), workspace_id, call)
        except RefusedError as error:
            outcomes[Outcome.REFUSED] += 1
            return _error(error.kind, error.message, error.status)
        if call == "remote_write":
            return await self._write(found, request, body)
        outcomes[Outcome.ANSWERED] += 1
        return await self._forward(found, call, request, body)

    def _admit(self, request: SignedRequest, workspace_id: str, call: str) -> Workspace:
        action = ACTIONS.get(call.partition("/")[0])
        if action is None:
            raise RefusedError("UnknownOperationException", f"no such operation: {call}", 404)
        # As in AWS, who may not use a workspace does not learn whether there is one.
        self._authorize(request, action, workspace_arn(workspace_id, self.region))
        if workspace_id not in self.workspaces:
            raise RefusedError("ResourceNotFoundException", f"Workspace not found: {workspace_id}", 404)
        return self.workspaces[workspace_id]

    def _authorize(self, request: SignedRequest, action: str, arn: str) -> None:
        credentials = signer(request, self.identities, self.region)
        self.keys_seen.add(credentials.access_key_id)
        if not is_allowed(self.identities.policies_of(credentials.role_arn), action, arn):
            who = credentials.role_arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
            said = f"User: {who}/session is not authorized to perform: {action} on resource: {arn}"
            raise RefusedError("AccessDeniedException", said)

    async def _write(self, workspace: Workspace, request: Request, body: bytes) -> Response:
        if self.throttled > 0:
            self.throttled -= 1
            workspace.outcomes[Outcome.THROTTLED] += 1
            return _error("ThrottlingException", "Rate exceeded", 429, {"retry-after": "1"})
        try:
            write = Write(body)
        except (cramjam.DecompressionError, DecodeError):
            return _error("ValidationException", "the body is no remote write request", 400)
        if write.sender is not None:
            if not workspace.elections.accepts(*write.sender):
                workspace.outcomes[Outcome.DEDUPLICATED] += 1
                return Response(status_code=202)
            body = write.without_replica()
        answer = await self._forward(workspace, "write", request, body)
        workspace.outcomes[Outcome.STORED if answer.status_code < 300 else Outcome.REFUSED] += 1
        return answer

    async def _forward(self, workspace: Workspace, call: str, request: Request, body: bytes) -> Response:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        url = httpx.URL(f"{workspace.store_url}/api/v1/{call}", query=request.scope["query_string"])
        answer = await self._http.request(request.method, url, content=body, headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name == "content-type"}
        return Response(answer.content, answer.status_code, kept)


def _signed(request: Request, body: bytes) -> SignedRequest:
    raw, query = request.scope["raw_path"].decode("ascii"), request.scope["query_string"].decode("ascii")
    return SignedRequest(
        method=request.method,
        url=f"http://{request.headers['host']}{raw}{'?' if query else ''}{query}",
        headers=request.headers.items(),
        body=body,
    )


def _error(kind: str, message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"message": message}, status, {"x-amzn-errortype": kind, **(headers or {})})
