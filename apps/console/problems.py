"""Errors as RFC 9457 problem documents (`application/problem+json`)."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """One problem: `status` is the HTTP status, `allowed` the values that a bad parameter could have had."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(default="about:blank", description="URI reference that identifies the type of problem")
    title: str
    status: int
    detail: str
    instance: str | None = None
    parameter: str | None = None
    allowed: list[str] | None = None


class ProblemError(Exception):
    """Raised anywhere in a request to end it with a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        parameter: str | None = None,
        allowed: list[str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.allowed = allowed
        self.headers = headers


def respond(error: ProblemError, instance: str) -> JSONResponse:
    """Render `error` for the request path `instance`."""
    problem = Problem(
        title=error.status.phrase,
        status=error.status,
        detail=error.detail,
        instance=instance,
        parameter=error.parameter,
        allowed=error.allowed,
    )
    body = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=error.status, headers=error.headers, media_type=MEDIA_TYPE)


def _from_validation(error: RequestValidationError) -> ProblemError:
    first: dict[str, Any] = error.errors()[0]
    parameter = str(first["loc"][-1])
    expected = (first.get("ctx") or {}).get("expected")
    allowed = [part.strip().strip("'") for part in str(expected).replace(" or ", ",").split(",")] if expected else None
    detail = f"{parameter}: {first['msg']}"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, parameter=parameter, allowed=allowed)


def install(app: FastAPI) -> None:
    """Make every error that leaves `app` a problem document."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> JSONResponse:
        return respond(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        return respond(_from_validation(error), request.url.path)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        return respond(
            ProblemError(HTTPStatus(error.status_code), str(error.detail), headers=headers), request.url.path
        )

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, _: Exception) -> JSONResponse:
        # Starlette logs the error itself; what it says is not for strangers.
        return respond(ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen error"), request.url.path)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses that say: these statuses answer with a problem document."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {int(status): {"description": status.phrase, "content": {MEDIA_TYPE: schema}} for status in statuses}
