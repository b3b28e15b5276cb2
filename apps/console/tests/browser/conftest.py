"""The real console process parts under a real Chromium: built page, backend, Prometheus with a day of history."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from apps.console.app import create_app
from apps.console.tests.conftest import console_settings
from apps.console.tests.store import free_port, wait_for

# Bounds against hanging, not promises: a busy machine may take this long for one page.
expect.set_options(timeout=30_000)
ACTION_MILLISECONDS = 30_000

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@contextmanager
def opened(browser: Browser, **options: object) -> Iterator[Page]:
    """A page in a context of its own; script errors and refused content fail the test at the end."""
    context = browser.new_context(**options)  # type: ignore[arg-type]  # passed through as given
    page = context.new_page()
    page.set_default_timeout(ACTION_MILLISECONDS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    try:
        yield page
    finally:
        context.close()
    assert wrong == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser, viewport={"width": 1280, "height": 900}) as made:
        yield made
