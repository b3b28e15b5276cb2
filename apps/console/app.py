"""The console's application object."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from apps.console import fan_out, problems
from apps.console.clock import Clock
from apps.console.host_names import HostNames
from apps.console.metrics import Store
from apps.console.middleware import RateLimit, SecurityHeaders
from apps.console.prometheus import Prometheus
from apps.console.routes import api, probes
from apps.console.settings import Settings
from apps.console.stores import PlaneStores
from apps.console.web_files import WebFiles

if TYPE_CHECKING:
    from apps.console.signing import SigV4

API_VERSION = "1.0.0"


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it asks its store nothing before it is asked something.

    Where it signs its questions it starts with credentials at hand, if there are any: a probe that it answers says that
    it can ask, too.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        auth = _auth(settings)
        if auth is not None:
            await auth.prepare()
        app.state.store = _store(settings, auth)
        yield
        await app.state.store.close()

    app = FastAPI(
        title="planewatch console",
        version=API_VERSION,
        summary="Health and metrics of every data plane, from any Prometheus HTTP API.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        # The bundled documentation pages load scripts from elsewhere, which the content security policy forbids.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    problems.install(app)
    app.include_router(api)
    app.include_router(probes)
    if settings.prometheus_urls:
        app.include_router(fan_out.api)
    app.mount("/", WebFiles(settings.web_root))
    app.add_middleware(RateLimit, rate=settings.rate_limit, proxies=settings.proxies)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(HostNames, names=settings.host_names)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
    return app


def _store(settings: Settings, auth: "SigV4 | None") -> Store:
    if settings.prometheus_url is not None:
        return Prometheus(settings.prometheus_url, auth=auth)
    # Each would read the certificate authorities again: 10 ms and a megabyte.
    trusted, clock = httpx.create_ssl_context(), Clock()
    return PlaneStores(
        {
            (store.environment, store.data_plane_id): Prometheus(store.url, auth=auth, verify=trusted, clock=clock)
            for store in settings.prometheus_urls
        },
        clock,
    )


def _auth(settings: Settings) -> "SigV4 | None":
    if settings.prometheus_auth == "none" or settings.aws_region is None:
        return None
    # botocore takes 20 MB of memory and 0.2 s, which only AWS is worth.
    from apps.console.signing import SigV4  # noqa: PLC0415 (lazy: see above)

    return SigV4(settings.aws_region)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document with problems in place of FastAPI's own validation error."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            license_info=app.license_info,
            routes=app.routes,
        )
        schemas = document["components"]["schemas"]
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas["Problem"] = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        app.openapi_schema = document
    return app.openapi_schema
