"""Shared parts of the console's tests: a real Prometheus over make-believe planes, and clients of the application."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from apps.console.app import create_app
from apps.console.settings import Settings
from apps.console.tests.fake_planes import FakePlane
from apps.console.tests.store import Store, running_store

ODD_NAME = 'od"d\\'
"""An environment whose name would end a string that is not escaped."""

UNLIMITED = "1000000/minute"


def console_settings(
    prometheus_url: str, web_root: Path, *, rate_limit: str = UNLIMITED, proxies: int = 0, scrape_interval: int = 1
) -> Settings:
    return Settings(
        prometheus_url=prometheus_url,
        release="1.2.3",
        platform="docker",
        stack="test",
        web_root=web_root,
        scrape_interval_seconds=scrape_interval,
        rate_limit=rate_limit,
        proxies=proxies,
    )


@asynccontextmanager
async def console(settings: Settings, address: str = "192.0.2.1") -> AsyncIterator[httpx.AsyncClient]:
    """A client whose requests seem to come from `address`, of a started application."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=(address, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client


@pytest.fixture(scope="session")
def programs() -> None:
    """What a store is made of; without it a test is skipped."""
    if shutil.which("prometheus") is None or shutil.which("promtool") is None:
        pytest.skip("prometheus and promtool are not on PATH")


@pytest.fixture(scope="session")
def store(programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Prometheus with planes: good and odd stay as they are, the tests change the others."""
    del programs
    planes = [
        FakePlane(id="good", environment="prod", rate=40, median=0.08, errors=0.02),
        FakePlane(id="bad", environment="qa", rate=20, median=0.15, errors=0.2),
        FakePlane(id="idle", environment="dev", rate=0, median=0.1, errors=0.1),
        FakePlane(id="odd", environment=ODD_NAME, rate=10, median=0.05, errors=0),
        FakePlane(id="changing", environment="stage", rate=10, median=0.05, errors=0),
    ]
    with running_store(tmp_path_factory.mktemp("store"), planes, past=True) as running:
        yield running


@pytest.fixture
async def client(store: Store, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with console(console_settings(store.url, tmp_path)) as made:
        yield made
