"""The real console process parts under a real Chromium: built page, backend, Prometheus with a day of history."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from apps.console.app import create_app
from apps.console.tests.browser.chromium import CHROMIUM, launched, opened
from apps.console.tests.conftest import console_settings
from apps.console.tests.store import wait_for
from tests.harness.ports import free_port

WEB_ROOT = Path(__file__).parents[2] / "web" / "dist"


@contextmanager
def served(prometheus_url: str) -> Iterator[str]:
    """Serve the console over `prometheus_url` on loopback and yield its address."""
    port = free_port()
    app = create_app(console_settings(prometheus_url, WEB_ROOT, scrape_interval=10))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium")
    if not (WEB_ROOT / "index.html").exists():
        pytest.skip("the page has not been built: npm ci && npm run build in apps/console/web")
    with launched() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser, viewport={"width": 1280, "height": 900}) as made:
        yield made
