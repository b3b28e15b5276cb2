"""The ASGI application: endpoints, one envelope for every error, a bound on bodies, measured from the outside."""

from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .metrics import BusinessMetrics
from .models import ErrorEnvelope, Issue
from .routes import make_router
from .settings import Settings
from .simulation import Simulation
from .telemetry import Telemetry

MAX_BODY_BYTES: Final = 64 * 1024  # the largest valid order, 50 lines, is under 8 KiB

DESCRIPTION = """A small shop that a data plane runs until a customer's own workload replaces it.

Work is simulated: each endpoint takes a random time, and a configured share of payments fails.
Every response, success or error, has the same envelope: `success`, `message`, `data`, `timestamp`.
"""


def create_app(settings: Settings, telemetry: Telemetry, simulation: Simulation | None = None) -> FastAPI:
    """Put the application together; `simulation` is made from `settings` unless given."""
    simulation = simulation or Simulation(error_rate=settings.error_rate, slow_requests=settings.enable_slow_requests)
    app = FastAPI(
        title="planewatch sample API",
        version=settings.service_version,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=[
            {"name": "service", "description": "For the platform"},
            {"name": "shop", "description": "For customers"},
        ],
    )
    app.include_router(make_router(settings, simulation, BusinessMetrics(telemetry.meter)))
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _unexpected_error)
    app.add_middleware(BodyLimit)
    telemetry.instrument(app)
    return app


class BodyLimit:
    """Refuses a body of more than MAX_BODY_BYTES with 413 while it arrives, whatever its headers say."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, counting the bytes that are read."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY_BYTES:
                raise HTTPException(413, f"The body is larger than {MAX_BODY_BYTES} bytes")
            return message

        await self.app(scope, counted if scope["type"] == "http" else receive, send)


def _answer(status: int, error: ErrorEnvelope, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(error.model_dump(mode="json"), status, headers)


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, StarletteHTTPException):  # registered for this type only
        raise error
    headers = dict(error.headers) if error.headers else None
    return _answer(error.status_code, ErrorEnvelope(message=str(error.detail), data=None), headers)


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):  # registered for this type only
        raise error
    # The value itself is not echoed: it may be a secret, and it may not be JSON.
    issues = [
        Issue(field=".".join(str(part) for part in issue["loc"]), problem=issue["msg"]) for issue in error.errors()
    ]
    return _answer(422, ErrorEnvelope(message="The request is not valid", data=issues))


async def _unexpected_error(_request: Request, _error: Exception) -> JSONResponse:
    return _answer(500, ErrorEnvelope(message="Something went wrong on our side", data=None))
