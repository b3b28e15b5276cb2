"""Requests to the API server that a kubeconfig names."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import httpx

from infra.platforms.kubernetes.cluster_api.answers import Object, child
from infra.platforms.kubernetes.cluster_api.credentials import credentials, ssl_context
from infra.platforms.kubernetes.cluster_api.errors import NOT_FOUND, RefusedError, UnreachableError
from infra.platforms.kubernetes.cluster_api.kubeconfig import Target, target

# A healthy API server answers in milliseconds; one that takes longer, or is busy, is asked once more.
_CONNECT_S, _ANSWER_S, _PAUSE_S = 5, 5, 0.3
_MERGE = "application/merge-patch+json"
_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class ClusterApi:
    """The API server of a ``context`` in a ``kubeconfig`` (path or text; see ``kubeconfig.target``).

    ``environ`` names the usual kubeconfig; a credential program runs in it. Nothing is read or sent before the first
    request. Requests may come from several threads once one was answered.
    """

    kubeconfig: str | None = None
    context: str | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, compare=False)

    @cached_property
    def target(self) -> Target:
        """The server and the user; raises KubeconfigError."""
        return target(self.kubeconfig, self.context, self.environ)

    def get(self, path: str) -> Object:
        """Return an object, a list or a document; raises ClusterError."""
        return self._send("GET", path)

    def find(self, path: str) -> Object | None:
        """Return an object or a list, None where there is none; raises ClusterError for every other refusal."""
        try:
            return self.get(path)
        except RefusedError as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def patch(self, path: str, change: Object) -> Object:
        """Merge ``change`` into an object and return it; raises ClusterError."""
        return self._send("PATCH", path, change)

    def remove(self, path: str) -> None:
        """Delete an object, if it is there; raises ClusterError for every refusal."""
        try:
            self._send("DELETE", path)
        except RefusedError as error:
            if error.code != NOT_FOUND:
                raise

    def review(self, group: str, kind: str, spec: Mapping[str, object]) -> Object:
        """Ask the server about the user (``SelfSubject…Review``); returns the review's status."""
        body = {"apiVersion": group, "kind": kind, "spec": spec}
        return child(self._send("POST", f"/apis/{group}/{kind.lower()}s", body), "status")

    def close(self) -> None:
        """Close the connections."""
        if "_http" in vars(self):
            self._http.close()

    def _send(self, method: str, path: str, body: Object | None = None) -> Object:
        response = self._once(method, path, body, again=True)
        if response is None or response.status_code in _BUSY:
            time.sleep(_pause(response))
            response = self._once(method, path, body)
        if response is None:
            raise AssertionError("the second attempt answers or raises")
        answer = _object(response)
        if not response.is_success:
            doing = f"{method} {path} at {self.target}"
            raise RefusedError(response.status_code, answer, doing)
        return answer

    def _once(self, method: str, path: str, body: Object | None, *, again: bool = False) -> httpx.Response | None:
        name = self.target.cluster.tls_server_name
        headers = {"Content-Type": _MERGE} if method == "PATCH" else None
        try:
            return self._http.request(
                method, path, json=body, headers=headers, extensions={"sni_hostname": name} if name else None
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._unreachable(error) from error
        except httpx.TransportError as error:
            if again:
                return None
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx.TransportError) -> UnreachableError:
        reason = " ".join(str(error).split()) or type(error).__name__
        return UnreachableError(f"cannot reach the Kubernetes API server {self.target}: {reason}")

    @cached_property
    def _http(self) -> httpx.Client:
        cluster, found = self.target.cluster, credentials(self.target, self.environ)
        return httpx.Client(
            base_url=cluster.server,
            verify=ssl_context(self.target, found),
            timeout=httpx.Timeout(_ANSWER_S, connect=_CONNECT_S, pool=None),
            proxy=cluster.proxy_url,
            headers={
                "User-Agent": "planewatch",
                "Accept": "application/json",
                **({"Authorization": found.authorization} if found.authorization else {}),
            },
        )


def _pause(response: httpx.Response | None) -> float:
    wanted = response.headers.get("Retry-After", "") if response is not None else ""
    return max(_PAUSE_S, min(_ANSWER_S, float(wanted))) if wanted.isdecimal() else _PAUSE_S


def _object(response: httpx.Response) -> Object:
    try:
        found = response.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": response.text.strip()[:500]}
