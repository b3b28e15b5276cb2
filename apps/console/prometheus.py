"""Client of a Prometheus HTTP API: typed answers, short time-outs, one request per question at a time."""

import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode

import httpx
from pydantic_core import from_json

from apps.console import answers, targets
from apps.console.answers import Line, Sample
from apps.console.cache import SingleFlightCache
from apps.console.clock import Clock
from apps.console.problems import ProblemError
from apps.console.promql import Key, Scope

_LOG = logging.getLogger(__name__)
_SHOWN_CHARACTERS = 500
TIMEOUT_SECONDS = 5.0
PEOPLE_TIMEOUT_SECONDS = 30.0
"""What people's own questions may take."""
CACHE_SECONDS = 2.0
"""How long an answer is kept; nobody gets it for a later moment than its own."""


class PrometheusUnreachableError(ProblemError):
    """The metrics store gave no usable answer (502)."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.BAD_GATEWAY, detail)


class PrometheusUnexpectedError(PrometheusUnreachableError):
    """What came is no answer of a Prometheus (502)."""

    def __init__(self) -> None:
        super().__init__("Prometheus sent an unexpected response")


class PrometheusDeniedError(ProblemError):
    """The metrics store does not let the console ask (502)."""

    def __init__(self, status: int) -> None:
        detail = f"the metrics store refused the console's credentials ({status}); the console's log says why"
        super().__init__(HTTPStatus.BAD_GATEWAY, detail)


class PrometheusTimeoutError(ProblemError):
    """The metrics store took too long (504)."""

    def __init__(self, seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__(HTTPStatus.GATEWAY_TIMEOUT, f"Prometheus did not answer within {seconds:g} s")


class RefusedQuestionError(ProblemError):
    """The metrics store does not take the question as it is; `body` is what it says of it."""

    def __init__(self, status: HTTPStatus, body: dict[str, Any]) -> None:
        super().__init__(status, str(body.get("error", "")))
        self.body = body


class Prometheus:
    """Asks one Prometheus, which knows of all planes; close it with `close`.

    Every method raises the errors above, and what `auth` raises when it has nothing to sign with; nothing else.
    """

    planes: tuple[Key, ...] = ()

    def __init__(
        self,
        url: str,
        *,
        auth: httpx.Auth | None = None,
        timeout: float = TIMEOUT_SECONDS,
        cache_seconds: float = CACHE_SECONDS,
        verify: ssl.SSLContext | bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self._timeout = timeout
        self._scrapes = auth is None
        self._http = httpx.AsyncClient(base_url=url, auth=auth, timeout=timeout, trust_env=False, verify=verify)
        self._cache: SingleFlightCache[bytes] = SingleFlightCache(cache_seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def instant(self, expression: str, at: float) -> list[Sample]:
        """Evaluate `expression` at a time (unix seconds, to the millisecond)."""
        return _read(answers.samples, await self._ask("/api/v1/query", {"query": expression, "time": f"{at:.3f}"}))

    async def range(self, expression: str, *, start: int, end: int, step: int) -> list[Line]:
        """Evaluate `expression` every `step` seconds from `start` to `end` (unix seconds)."""
        parameters = {"query": expression, "start": str(start), "end": str(end), "step": str(step)}
        return _read(answers.lines, await self._ask("/api/v1/query_range", parameters))

    def within(self, _scope: Scope) -> Self:
        """Return the store that knows of the planes in scope: this one."""
        return self

    async def silent(self, _at: float) -> dict[Key, str]:
        """Return the planes whose store does not answer, with the reason: without this one there is no answer."""
        return {}

    async def scrape_errors(self) -> dict[Key, str]:
        """Return, by plane, why its last scrape failed; nothing if the store does not say: AWS's never scrapes.

        Raises nothing: the figures of all planes are worth more than this.
        """
        if not self._scrapes:
            return {}

        async def load() -> bytes:
            return await self._answer(lambda: self._http.get(targets.PATH, params=targets.QUESTION), self._timeout)

        try:
            return targets.errors(await self._cache.get((targets.PATH,), load))
        except (ProblemError, ValueError):
            return {}

    async def forward(self, method: str, path: str, parameters: Sequence[tuple[str, str]]) -> object:
        """Return what the API has under `data` for somebody else's question; raises RefusedQuestionError for a bad one.

        Nothing of it is kept. `parameters` may have a name more than once.
        """
        # A signature covers the query as it stands there; "+" for a space would be read in two ways.
        text = urlencode(parameters, quote_via=quote)
        posted = {"content": text, "headers": _FORM} if method == "POST" else {}
        url = path if posted or not text else f"{path}?{text}"
        request = self._http.build_request(method, url, timeout=PEOPLE_TIMEOUT_SECONDS, **posted)  # type: ignore[arg-type]  # mixed
        try:
            answer = await self._answer(lambda: self._http.send(request), PEOPLE_TIMEOUT_SECONDS)
            # NaN and Infinity stand in strings there; as numbers they could not be passed on.
            body = from_json(answer, allow_inf_nan=False)
            return body["data"]
        except (ValueError, KeyError, TypeError) as error:
            raise PrometheusUnexpectedError from error

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> bytes:
        key = (path, *parameters.values())
        return await self._cache.get(key, lambda: self._post(path, parameters))

    async def _post(self, path: str, parameters: Mapping[str, str]) -> bytes:
        # POST: a query may be longer than a URL may be.
        data = {**parameters, "timeout": f"{self._timeout:g}s"}
        try:
            return await self._answer(lambda: self._http.post(path, data=data), self._timeout)
        except RefusedQuestionError as error:
            raise PrometheusUnreachableError(f"Prometheus answered {error.status}") from error

    async def _answer(self, ask: Callable[[], Awaitable[httpx.Response]], seconds: float) -> bytes:
        try:
            try:
                answer = await ask()
            except _CUT_OFF:
                # A kept connection that the other side closes as we take it again; a question changes nothing.
                answer = await ask()
        except httpx.TimeoutException as error:
            raise PrometheusTimeoutError(seconds) from error
        except httpx.HTTPError as error:
            raise PrometheusUnreachableError(f"Prometheus cannot be reached ({type(error).__name__})") from error
        self.clock.hear(answer.headers.get("Date"), answer.elapsed.total_seconds())
        if answer.status_code == HTTPStatus.OK:
            return answer.content
        body = _error_body(answer)
        if body.get("errorType") == "timeout":
            raise PrometheusTimeoutError(seconds)
        if answer.status_code in _REFUSED_QUESTION and "errorType" in body:
            raise RefusedQuestionError(HTTPStatus(answer.status_code), body)
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            # It names roles and resources: for the operator, not for strangers.
            _LOG.warning("the metrics store refused the console: %s", answer.text[:_SHOWN_CHARACTERS])
            raise PrometheusDeniedError(answer.status_code)
        raise PrometheusUnreachableError(f"Prometheus answered {answer.status_code}")


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CUT_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_REFUSED_QUESTION = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def _error_body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body: Any = from_json(answer.content, allow_inf_nan=False)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


Read = TypeVar("Read")


def _read(reader: Callable[[bytes], Read], body: bytes) -> Read:
    try:
        return reader(body)
    except ValueError as error:
        raise PrometheusUnexpectedError from error
