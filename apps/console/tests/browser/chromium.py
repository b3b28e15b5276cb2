"""A real Chromium, and pages in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, Route, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

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


_RUNNING: list[Playwright] = []


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a browser; it ends with the block."""
    with _driver() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@contextmanager
def _driver() -> Iterator[Playwright]:
    """Return the one driver that a thread can have: suites whose browsers are there at the same time share it."""
    if _RUNNING:
        yield _RUNNING[0]
        return
    with sync_playwright() as playwright:
        _RUNNING.append(playwright)
        try:
            yield playwright
        finally:
            _RUNNING.clear()


@contextmanager
def opened(browser: Browser, **options: object) -> Iterator[Page]:
    """A page in a context of its own; script errors and refused content fail the test at the end.

    A test that fails shows which requests of the page failed, and why.
    """
    context = browser.new_context(**options)  # type: ignore[arg-type]  # passed through as given
    context.route("**/*", fetched)
    page = context.new_page()
    page.set_default_timeout(ACTION_MILLISECONDS)
    wrong: list[str] = []
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(f"{request.url}: {request.failure}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    try:
        yield page
    except BaseException as error:
        error.add_note(f"requests that failed: {failed}")
        raise
    finally:
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert wrong == []


def fetched(route: Route) -> None:
    """Let the driver make the request.

    Chromium drops what waits for a connection whenever an address of the machine comes or goes
    (`net::ERR_NETWORK_CHANGED`), and the containers of other tests come and go all the time.
    """
    try:
        answer = route.fetch(max_redirects=0)
    except PlaywrightError:
        route.abort("connectionfailed")
    else:
        route.fulfill(response=answer)


def settle(page: Page) -> None:
    """Wait until nothing is loading any more."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    # What the whole page shows is asked beside the charts, and is not busy for anybody but the note of its age.
    expect(page.get_by_text("Loading…", exact=True)).to_have_count(0)


def assert_no_findings(page: Page) -> None:
    """Let axe look at the page as it is."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
