"""Client of a Prometheus HTTP API: typed answers, short time-outs, one request per question at a time."""

import asyncio
import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

import httpx
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from apps.console.cache import SingleFlightCache
from apps.console.problems import ProblemError

_LOG = logging.getLogger(__name__)
_SHOWN_CHARACTERS = 500
TIMEOUT_SECONDS = 5.0
CACHE_SECONDS = 2.0
"""Bound by the freshness promise: request to console in 30 s, of which scrape and refresh take up to 21 s."""


def _number(value: object) -> float | None:
    number = float(str(value))
    return number if math.isfinite(number) else None


Number = Annotated[float | None, BeforeValidator(_number)]
"""A sample's value; what Prometheus writes as NaN or Inf (no data, division by zero) is None."""


class Sample(BaseModel):
    """One element of an instant vector: labels, and (unix seconds, value)."""

    model_config = ConfigDict(frozen=True)
    metric: dict[str, str]
    value: tuple[float, Number]


class Line(BaseModel):
    """One element of a range vector: labels, and (unix seconds, value) in order of time."""

    model_config = ConfigDict(frozen=True)
    metric: dict[str, str]
    values: list[tuple[float, Number]]


Element = TypeVar("Element")


class _Data(BaseModel, Generic[Element]):
    result: list[Element]


class _Answer(BaseModel, Generic[Element]):
    data: _Data[Element]


class PrometheusUnreachableError(ProblemError):
    """The metrics store gave no usable answer (502)."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.BAD_GATEWAY, detail)


class PrometheusDeniedError(ProblemError):
    """The metrics store does not let the console ask (502)."""

    def __init__(self, status: int) -> None:
        detail = f"the metrics store refused the console's credentials ({status}); the console's log says why"
        super().__init__(HTTPStatus.BAD_GATEWAY, detail)


class PrometheusTimeoutError(ProblemError):
    """The metrics store took too long (504)."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.GATEWAY_TIMEOUT, f"Prometheus did not answer within {TIMEOUT_SECONDS:g} s")


class Prometheus:
    """Asks one Prometheus; close it with `close`.

    Every method raises the errors above, and what `auth` raises when it has nothing to sign with; nothing else.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: httpx.Auth | None = None,
        timeout: float = TIMEOUT_SECONDS,
        cache_seconds: float = CACHE_SECONDS,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, auth=auth, timeout=timeout, trust_env=False)
        self._cache: SingleFlightCache[bytes] = SingleFlightCache(cache_seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def instant(self, expression: str) -> list[Sample]:
        """Evaluate `expression` now."""
        body = await self._ask("/api/v1/query", {"query": expression})
        return _parse(_Answer[Sample], body).data.result

    async def instants(self, *expressions: str) -> list[list[Sample]]:
        """Evaluate every expression now, side by side; the answers come in the order of the questions."""
        return await asyncio.gather(*(self.instant(expression) for expression in expressions))

    async def range(self, expression: str, *, start: int, end: int, step: int) -> list[Line]:
        """Evaluate `expression` every `step` seconds from `start` to `end` (unix seconds)."""
        parameters = {"query": expression, "start": str(start), "end": str(end), "step": str(step)}
        return _parse(_Answer[Line], await self._ask("/api/v1/query_range", parameters)).data.result

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> bytes:
        key = (path, *parameters.values())
        return await self._cache.get(key, lambda: self._post(path, parameters))

    async def _post(self, path: str, parameters: Mapping[str, str]) -> bytes:
        # POST: a query may be longer than a URL may be.
        try:
            answer = await self._http.post(path, data={**parameters, "timeout": f"{TIMEOUT_SECONDS:g}s"})
        except httpx.TimeoutException as error:
            raise PrometheusTimeoutError from error
        except httpx.HTTPError as error:
            raise PrometheusUnreachableError(f"Prometheus cannot be reached ({type(error).__name__})") from error
        if answer.status_code == HTTPStatus.OK:
            return answer.content
        if _error_type(answer) == "timeout":
            raise PrometheusTimeoutError
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            # It names roles and resources: for the operator, not for strangers.
            _LOG.warning("the metrics store refused the console: %s", answer.text[:_SHOWN_CHARACTERS])
            raise PrometheusDeniedError(answer.status_code)
        raise PrometheusUnreachableError(f"Prometheus answered {answer.status_code}")


def _error_type(answer: httpx.Response) -> str:
    try:
        body: Any = answer.json()
    except ValueError:
        return ""
    return str(body.get("errorType", "")) if isinstance(body, dict) else ""


Parsed = TypeVar("Parsed", bound=BaseModel)


def _parse(model: type[Parsed], body: bytes) -> Parsed:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise PrometheusUnreachableError("Prometheus sent an answer of an unknown form") from error
