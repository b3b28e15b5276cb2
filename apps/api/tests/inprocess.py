"""The application in this process: real routes and telemetry, work that takes no time, dice with a seed."""

import random

import httpx
from fastapi import FastAPI
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from apps.api.app import create_app
from apps.api.settings import Settings
from apps.api.simulation import Simulation
from apps.api.telemetry import Telemetry


async def no_time(_seconds: float) -> None:
    """Work that is done at once."""


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - dice of a simulation, no secret


def make_app(error_rate: float = 0.0, seed: int = 1, reader: InMemoryMetricReader | None = None) -> FastAPI:
    settings = Settings()
    simulation = Simulation(error_rate=error_rate, slow_requests=True, rng=seeded(seed), sleep=no_time)
    return create_app(settings, Telemetry(settings, [reader] if reader else []), simulation)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")
