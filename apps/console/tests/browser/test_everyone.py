"""Both pages for everyone: no axe finding in either theme, nothing lost on a narrow screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from apps.console.tests.browser.chromium import assert_no_findings, opened, settle
from apps.console.tests.browser.conftest import served
from apps.console.tests.fake_planes import FakePlane
from apps.console.tests.store import Store, running_store
from tests.harness.ports import free_port

pytestmark = pytest.mark.browser

PATHS = ["/", "/metrics", "/metrics?environment=dev&range=1h", "/metrics?environment=nope"]


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with served(store.url) as address:
        yield address


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(browser: Browser, url: str, path: str, theme: str) -> None:
    with opened(browser, color_scheme=theme) as page:
        page.goto(url + path)
        settle(page)
        assert_no_findings(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/metrics"])
def test_axe_finds_nothing_in_error_states_and_tables(browser: Browser, url: str, path: str, theme: str) -> None:
    with opened(browser, color_scheme=theme) as page:
        page.goto(f"{url}{path}?refresh=0")
        settle(page)
        for button in page.get_by_role("button", name="as a table").all():
            button.click()
        page.route("**/api/**", lambda route: route.abort())
        page.get_by_role("button", name="Refresh now").click()
        expect(page.get_by_text("Stale:").first).to_be_visible()
        assert_no_findings(page)
    with served(f"http://127.0.0.1:{free_port()}") as broken, opened(browser, color_scheme=theme) as page:
        page.goto(broken + path)
        expect(page.get_by_role("alert").first).to_be_visible()
        assert_no_findings(page)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_scrolls_sideways(browser: Browser, url: str, path: str, width: int) -> None:
    with opened(browser, viewport={"width": width, "height": 740}) as page:
        page.goto(url + path)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for control in page.get_by_role("main").locator("button, select, a").all():
            box = control.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


@pytest.mark.usefixtures("programs")
def test_long_names_stay_in_their_place(browser: Browser, tmp_path: Path) -> None:
    plane = FakePlane(id="longest-name-allowed", environment="an-environment-" * 4, rate=12345, median=3, errors=0)
    with (
        running_store(tmp_path, [plane]) as store,
        served(store.url) as url,
        opened(browser, viewport={"width": 320, "height": 740}) as page,
    ):
        for path in ("/", "/metrics"):
            page.goto(url + path)
            expect(page.get_by_text("longest-name-allowed").first).to_be_visible()
            settle(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_less_motion_when_the_system_asks_for_it(browser: Browser, url: str) -> None:
    with opened(browser, reduced_motion="reduce") as page:
        page.route("**/api/v1/series*", lambda _: None)
        page.goto(f"{url}/metrics")
        skeleton = page.locator(".panel .skeleton").first
        expect(skeleton).to_be_attached()
        assert skeleton.evaluate("element => getComputedStyle(element).animationName") == "none"
