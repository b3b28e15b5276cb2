"""The REST API under /api/v1, and the probes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from apps.console.alerts import list_alerts
from apps.console.health import system_health
from apps.console.metrics import Metrics
from apps.console.models import Alerts, Health, Metric, Model, Planes, Series, Summary
from apps.console.planes import list_planes
from apps.console.problems import ProblemError, responses
from apps.console.ranges import Range, View
from apps.console.series import draw
from apps.console.settings import Settings
from apps.console.summary import summarise

UPSTREAM = responses(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
BY_VIEW = UPSTREAM | responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)

api = APIRouter(prefix="/api/v1")
probes = APIRouter(tags=["probes"])


class Probe(Model):
    """Answer of a probe."""

    status: str


async def _metrics(request: Request) -> Metrics:
    # Taken once for each request: all that is asked for its answer is of one moment.
    return Metrics.now(request.app.state.store)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Known = Annotated[Metrics, Depends(_metrics)]
Config = Annotated[Settings, Depends(_settings)]


def _view(
    environment: Annotated[str, Query(min_length=1, max_length=100, description="an environment, or `all`")] = "all",
    plane: Annotated[str | None, Query(min_length=1, max_length=100, description="one data plane only")] = None,
    span: Annotated[Range, Query(alias="range", description="the time range")] = Range.MINUTES_15,
) -> View:
    return View(environment=environment, plane=plane, range=span)


WantedView = Annotated[View, Depends(_view)]


@api.get("/planes", responses=UPSTREAM, tags=["planes"])
async def get_planes(metrics: Known, settings: Config) -> Planes:
    """Every data plane with its state and key figures."""
    return await list_planes(metrics, settings.scrape_interval_seconds, settings.up_interval)


@api.get("/health", responses=responses(HTTPStatus.TOO_MANY_REQUESTS), tags=["system"])
async def get_health(metrics: Known, settings: Config) -> Health:
    """Health of the system; also answered when Prometheus does not."""
    return await system_health(metrics, settings)


@api.get("/alerts", responses=UPSTREAM, tags=["system"])
async def get_alerts(metrics: Known) -> Alerts:
    """Active alerts, the gravest first."""
    return await list_alerts(metrics)


@api.get("/summary", responses=BY_VIEW, tags=["metrics"])
async def get_summary(metrics: Known, settings: Config, view: WantedView) -> Summary:
    """Key figures over a range."""
    return await summarise(metrics, view, settings.scrape_interval_seconds)


@api.get("/series", responses=BY_VIEW, tags=["metrics"])
async def get_series(
    metrics: Known,
    settings: Config,
    metric: Annotated[Metric, Query(description="the chart to return")],
    view: WantedView,
) -> Series:
    """Return a metric over time, one line per plane or status class."""
    return await draw(metrics, metric, view, settings.scrape_interval_seconds)


@probes.get("/healthz")
async def get_liveness() -> Probe:
    """Answer as long as the process does; depends on nothing."""
    return Probe(status="alive")


@probes.get("/readyz", responses=responses(HTTPStatus.SERVICE_UNAVAILABLE))
async def get_readiness(metrics: Known) -> Probe:
    """Answer when the console can show data."""
    try:
        await metrics.instant("vector(1)")
    except ProblemError as error:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, error.detail) from error
    return Probe(status="ready")
