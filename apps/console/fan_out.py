"""A Prometheus HTTP API over the stores of all data planes, for people and for Grafana.

Each store evaluates a question by itself, and each part of its answer carries the labels of its plane: `sum(…)` comes
back once for each plane. A store without an answer is a warning, as long as another has one.
"""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from apps.console.fan_out_answers import ALERTS, METADATA, NAMES, RESULTS, RULES, SERIES, Kind, identities
from apps.console.problems import ProblemError
from apps.console.prometheus import (
    PEOPLE_TIMEOUT_SECONDS,
    PrometheusTimeoutError,
    PrometheusUnexpectedError,
    RefusedQuestionError,
)
from apps.console.stores import PlaneStores

PREFIX = "/prometheus"
BODY_BYTES = 65536
"""What a question may take: a signature covers all of it, so all of it is held."""

# Its own description is Prometheus's; the console's API document stays the console's.
api = APIRouter(prefix=f"{PREFIX}/api/v1", include_in_schema=False)
Parameters = list[tuple[str, str]]
_EITHER = ["GET", "POST"]


def _stores(request: Request) -> PlaneStores:
    stores: PlaneStores = request.app.state.store
    return stores


async def _parameters(request: Request) -> Parameters:
    """Return the parameters of the query and of a posted form, in order; raises a 413 problem."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a query must have ≤ {BODY_BYTES} bytes")
    return [*request.query_params.multi_items(), *parse_qsl(body.decode(errors="replace"), keep_blank_values=True)]


Stores = Annotated[PlaneStores, Depends(_stores)]
Asked = Annotated[Parameters, Depends(_parameters)]


@api.api_route("/query", methods=_EITHER)
async def query(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Evaluate an expression, now unless it is asked for another time."""
    # An instant vector has one time; without it each store would take its own "now".
    given = [pair for pair in asked if pair != ("time", "")]
    if "time" not in dict(given):
        given.append(("time", f"{stores.clock.now():.3f}"))
    return await _answer(stores, "POST", request, _bounded(given), RESULTS)


@api.api_route("/query_range", methods=_EITHER)
async def query_range(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Evaluate an expression over time."""
    return await _answer(stores, "POST", request, _bounded(asked), RESULTS)


@api.api_route("/labels", methods=_EITHER)
async def labels(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Name the labels."""
    return await _answer(stores, "POST", request, asked, NAMES)


@api.api_route("/series", methods=_EITHER)
async def series(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Name the series."""
    return await _answer(stores, "POST", request, asked, SERIES)


@api.get("/label/{name}/values")
async def values(request: Request, stores: Stores, asked: Asked, name: str) -> JSONResponse:
    """Name the values of a label."""
    own = {"environment": 0, "data_plane_id": 1}.get(name)
    return await _answer(stores, "GET", request, asked, NAMES if own is None else identities(own))


@api.get("/metadata")
async def metadata(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Describe metrics."""
    return await _answer(stores, "GET", request, asked, METADATA)


@api.get("/rules")
async def rules(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """List the rules of every plane."""
    return await _answer(stores, "GET", request, asked, RULES)


@api.get("/alerts")
async def alerts(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """List the active alerts of every plane."""
    return await _answer(stores, "GET", request, asked, ALERTS)


@api.api_route("/{call:path}", methods=_EITHER)
async def unknown(call: str) -> JSONResponse:
    """Say that Managed Prometheus has no such call, or that it means nothing over several stores."""
    return _error(HTTPStatus.NOT_FOUND, "not_found", f"{call[:100]} is not supported here")


def _bounded(asked: Parameters) -> Parameters:
    return [*(pair for pair in asked if pair[0] != "timeout"), ("timeout", f"{PEOPLE_TIMEOUT_SECONDS:g}s")]


async def _answer(stores: PlaneStores, method: str, request: Request, asked: Parameters, kind: Kind) -> JSONResponse:
    outcomes = await stores.forward(method, request.url.path.removeprefix(PREFIX), asked)
    problems = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, ProblemError)}
    given = {key: outcome for key, outcome in outcomes.items() if key not in problems}
    answers = kind.fitting(given)
    problems |= {key: PrometheusUnexpectedError() for key in given if key not in answers}
    if not answers:
        return _refusal(list(problems.values()))
    warnings = [f"data plane {plane}: {problem.detail}" for (_, plane), problem in problems.items()]
    return JSONResponse(
        {"status": "success", "data": kind.merge(answers), **({"warnings": warnings} if warnings else {})}
    )


def _refusal(problems: list[ProblemError]) -> JSONResponse:
    """Answer for stores of which none has an answer: a fault of the question is what helps most."""
    for problem in problems:
        if isinstance(problem, RefusedQuestionError):
            return JSONResponse(problem.body, problem.status)
    kind = "timeout" if isinstance(problems[0], PrometheusTimeoutError) else "unavailable"
    return _error(problems[0].status, kind, problems[0].detail)


def _error(status: HTTPStatus, kind: str, detail: str) -> JSONResponse:
    return JSONResponse({"status": "error", "errorType": kind, "error": detail}, status)
