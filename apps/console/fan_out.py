"""A Prometheus HTTP API over the stores of all data planes, for people and for Grafana.

Each store evaluates a question by itself, and each part of its answer carries the labels of its plane: `sum(…)` comes
back once for each plane. A store without an answer is a warning, as long as another has one.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from apps.console.problems import ProblemError
from apps.console.prometheus import PEOPLE_TIMEOUT_SECONDS, PrometheusTimeoutError, RefusedQuestionError
from apps.console.promql import Key
from apps.console.stores import PlaneStores, stamped

PREFIX = "/prometheus"
BODY_BYTES = 65536
"""What a question may take: a signature covers all of it, so all of it is held."""

# Its own description is Prometheus's; the console's API document stays the console's.
api = APIRouter(prefix=f"{PREFIX}/api/v1", include_in_schema=False)
Answers = Mapping[Key, Any]
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
    return await _answer(stores, "POST", request, _bounded(given), _result)


@api.api_route("/query_range", methods=_EITHER)
async def query_range(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Evaluate an expression over time."""
    return await _answer(stores, "POST", request, _bounded(asked), _result)


@api.api_route("/labels", methods=_EITHER)
async def labels(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Name the labels."""
    return await _answer(stores, "POST", request, asked, _names)


@api.api_route("/series", methods=_EITHER)
async def series(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Name the series."""
    return await _answer(stores, "POST", request, asked, _series)


@api.get("/label/{name}/values")
async def values(request: Request, stores: Stores, asked: Asked, name: str) -> JSONResponse:
    """Name the values of a label."""
    own = {"environment": 0, "data_plane_id": 1}.get(name)
    return await _answer(
        stores, "GET", request, asked, _names if own is None else lambda answers: _identities(answers, own)
    )


@api.get("/metadata")
async def metadata(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """Describe metrics."""
    return await _answer(stores, "GET", request, asked, _metadata)


@api.get("/rules")
async def rules(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """List the rules of every plane."""
    return await _answer(stores, "GET", request, asked, _rules)


@api.get("/alerts")
async def alerts(request: Request, stores: Stores, asked: Asked) -> JSONResponse:
    """List the active alerts of every plane."""
    return await _answer(stores, "GET", request, asked, _alerts)


@api.api_route("/{call:path}", methods=_EITHER)
async def unknown(call: str) -> JSONResponse:
    """Say that Managed Prometheus has no such call, or that it means nothing over several stores."""
    return _error(HTTPStatus.NOT_FOUND, "not_found", f"{call[:100]} is not supported here")


def _bounded(asked: Parameters) -> Parameters:
    return [*(pair for pair in asked if pair[0] != "timeout"), ("timeout", f"{PEOPLE_TIMEOUT_SECONDS:g}s")]


async def _answer(
    stores: PlaneStores, method: str, request: Request, asked: Parameters, merge: Callable[[Answers], Any]
) -> JSONResponse:
    outcomes = await stores.forward(method, request.url.path.removeprefix(PREFIX), asked)
    problems = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, ProblemError)}
    answers = {key: outcome for key, outcome in outcomes.items() if key not in problems}
    if not answers:
        return _refusal(list(problems.values()))
    warnings = [f"data plane {plane}: {problem.detail}" for (_, plane), problem in problems.items()]
    return JSONResponse({"status": "success", "data": merge(answers), **({"warnings": warnings} if warnings else {})})


def _refusal(problems: list[ProblemError]) -> JSONResponse:
    """Answer for stores of which none has an answer: a fault of the question is what helps most."""
    for problem in problems:
        if isinstance(problem, RefusedQuestionError):
            return JSONResponse(problem.body, problem.status)
    kind = "timeout" if isinstance(problems[0], PrometheusTimeoutError) else "unavailable"
    return _error(problems[0].status, kind, problems[0].detail)


def _error(status: HTTPStatus, kind: str, detail: str) -> JSONResponse:
    return JSONResponse({"status": "error", "errorType": kind, "error": detail}, status)


def _result(answers: Answers) -> dict[str, Any]:
    """Put vectors, or matrices, of all planes together; a number is a vector of one."""
    first = next(iter(answers.values()))
    kind = first["resultType"]
    if kind == "string":
        return dict(first)
    elements = {
        key: [{"metric": {}, "value": answer["result"]}] if kind == "scalar" else answer["result"]
        for key, answer in answers.items()
    }
    return {
        "resultType": "vector" if kind == "scalar" else kind,
        "result": [
            {**element, "metric": labels}
            for key, found in elements.items()
            for element in found
            if (labels := stamped(element["metric"], key)) is not None
        ],
    }


def _names(answers: Answers) -> list[str]:
    return sorted({name for found in answers.values() for name in found})


def _identities(answers: Answers, part: int) -> list[str]:
    return sorted({key[part] for key, found in answers.items() if found})


def _series(answers: Answers) -> list[dict[str, str]]:
    return [labels for key, found in answers.items() for entry in found if (labels := stamped(entry, key)) is not None]


def _metadata(answers: Answers) -> dict[str, Any]:
    together: dict[str, Any] = {}
    for found in answers.values():
        together = {**found, **together}
    return together


def _rules(answers: Answers) -> dict[str, Any]:
    """Name the file of each group with its plane before: groups of all planes have the same names."""
    return {
        "groups": [
            {
                **group,
                "file": f"{key[1]}/{group['file']}",
                "rules": [{**rule, **_rule_alerts(rule, key)} for rule in group["rules"]],
            }
            for key, found in answers.items()
            for group in found["groups"]
        ]
    }


def _rule_alerts(rule: Mapping[str, Any], key: Key) -> dict[str, Any]:
    return {"alerts": _stamped_alerts(rule["alerts"], key)} if "alerts" in rule else {}


def _alerts(answers: Answers) -> dict[str, Any]:
    return {"alerts": [alert for key, found in answers.items() for alert in _stamped_alerts(found["alerts"], key)]}


def _stamped_alerts(alerts: list[dict[str, Any]], key: Key) -> list[dict[str, Any]]:
    return [{**alert, "labels": labels} for alert in alerts if (labels := stamped(alert["labels"], key)) is not None]
