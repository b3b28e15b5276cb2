"""What a person does on the console, in a real browser against the real backend and store."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from apps.console.tests.browser.chromium import assert_no_findings, fetched, opened
from apps.console.tests.browser.conftest import served
from apps.console.tests.store import Store
from tests.harness.ports import free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with served(store.url) as address:
        yield address


def chart(page: Page, title: str) -> str:
    """The text alternative of the chart."""
    return page.get_by_role("region", name=title).get_by_role("img").get_attribute("aria-label") or ""


def size(part: Locator) -> tuple[float, float]:
    """Width and height in pixels."""
    box = part.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_landing_page_shows_the_system_and_every_plane(page: Page, url: str) -> None:
    page.goto(url)
    expect(page).to_have_title("Overview · planewatch")
    good = page.get_by_role("article", name="good")
    expect(good).to_contain_text("req/s")
    expect(good.locator(".badge")).to_have_text("Up")
    expect(good.locator(".sparkline-line").first).to_be_attached()
    expect(page.get_by_role("article", name="bad").locator(".badge")).to_have_text("Degraded", timeout=30_000)
    health = page.locator(".health")
    for text in ("1.2.3", "docker", "test", "prometheus", "1/1 up"):
        expect(health).to_contain_text(text)
    expect(page.get_by_role("listitem").filter(has_text="HighErrorRate")).to_contain_text("bad")


def test_from_a_plane_to_its_metrics_and_back(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name=re.compile("Metrics of qa")).click()
    expect(page).to_have_url(f"{url}/metrics?environment=qa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Metrics")
    expect(page.get_by_label("Environment")).to_have_value("qa")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_environment_and_range_live_in_the_address(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics")
    expect(page.get_by_role("region", name="Request rate").get_by_role("img")).to_be_visible()
    page.get_by_label("Environment").select_option("prod")
    page.get_by_role("radio", name="24 hours").check()
    page.get_by_label("Auto-refresh").select_option("0")
    expect(page).to_have_url(f"{url}/metrics?environment=prod&range=24h&refresh=0")
    expect(page.get_by_role("region", name="Request rate").get_by_role("img")).to_have_attribute(
        "aria-label", re.compile(r"Request rate over the last 24 hours, 1 line\. prod · good: now")
    )
    page.go_back()
    page.go_back()
    expect(page.get_by_role("radio", name="15 minutes")).to_be_checked()
    expect(page.get_by_label("Environment")).to_have_value("prod")
    page.go_forward()
    expect(page.get_by_role("radio", name="24 hours")).to_be_checked()


def test_a_shared_address_shows_the_same_view(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?environment=qa&range=1h&refresh=30&theme=dark")
    expect(page.get_by_label("Environment")).to_have_value("qa")
    expect(page.get_by_role("radio", name="1 hour", exact=True)).to_be_checked()
    expect(page.get_by_label("Auto-refresh")).to_have_value("30")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.locator(".summary").filter(has_text="Error rate")).to_contain_text("20 %")
    expect(page.locator(".summary").filter(has_text="p95 latency")).to_contain_text("ms")


def test_charts_have_a_line_per_plane_and_can_be_read(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?range=6h")
    rate = page.get_by_role("region", name="Request rate")
    for name in ("prod · good", "qa · bad", "stage · changing"):
        expect(rate.get_by_role("button", name=re.compile(f"^{name}"))).to_be_visible()
    assert "prod · good: now" in chart(page, "Request rate")
    status = page.get_by_role("region", name="Requests by status class")
    expect(status.get_by_role("button", name=re.compile("^5xx"))).to_be_visible()
    latency = page.get_by_role("region", name="Latency")
    expect(latency.get_by_role("button", name=re.compile("good p95"))).to_be_visible()
    expect(latency.get_by_role("button", name=re.compile("good p50"))).to_be_visible()


def test_tooltip_says_the_values_of_one_moment(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?range=6h")
    canvas = page.get_by_role("region", name="Request rate").get_by_role("img")
    canvas.hover(position={"x": 300, "y": 100})
    tooltip = page.locator(".tooltip").first
    expect(tooltip).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    expect(tooltip).to_contain_text("prod · good")
    expect(tooltip).to_contain_text("req/s")


def test_a_chart_as_a_table_and_a_line_hidden(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?range=6h")
    rate = page.get_by_role("region", name="Request rate", exact=True)
    expect(rate.get_by_role("img")).to_be_visible()
    before = size(rate)
    rate.get_by_role("button", name="Show request rate as a table").click()
    expect(rate.get_by_role("columnheader", name="prod · good")).to_be_visible()
    expect(rate.get_by_role("row")).to_have_count(182)
    assert size(rate) == before
    rate.get_by_role("button", name="Show request rate as a table").click()
    line = rate.get_by_role("button", name=re.compile("^qa · bad"))
    line.click()
    expect(line).to_have_attribute("aria-pressed", "false")


def test_data_refreshes_by_itself_and_rests_when_off(page: Page, url: str) -> None:
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/summary" in request.url else None)
    page.goto(f"{url}/metrics")
    expect(page.locator(".summary").first).to_contain_text("req/s")
    assert len(asked) == 1
    with page.expect_response(re.compile("summary")):
        page.clock.run_for(10_000)
    page.get_by_label("Auto-refresh").select_option("0")
    count = len(asked)
    page.clock.run_for(60_000)
    assert len(asked) == count
    with page.expect_response(re.compile("summary")):
        page.get_by_role("button", name="Refresh now").click()


def test_an_environment_nobody_has(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?environment=nope")
    expect(page.get_by_role("alert")).to_contain_text("“nope”")
    page.get_by_role("button", name="Show all environments").click()
    expect(page).to_have_url(f"{url}/metrics")
    expect(page.locator(".summary").first).to_contain_text("req/s")


def test_a_plane_without_traffic_is_empty_not_broken(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?environment=dev&range=1h")
    expect(page.get_by_role("region", name="Error rate", exact=True)).to_contain_text("No data in the last 1 hour")
    expect(page.locator(".summary").filter(has_text="p95")).to_contain_text("—")


def test_losing_the_console_keeps_the_last_data_marked_stale(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics?refresh=0")
    expect(page.locator(".summary").first).to_contain_text("req/s")
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("button", name="Refresh now").click()
    stale = page.get_by_text("Stale:")
    expect(stale).to_have_count(1)
    expect(page.locator(".summary").first).to_contain_text("req/s")
    expect(page.get_by_role("region", name="Request rate").get_by_role("img")).to_be_visible()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Refresh now").click()
    expect(stale).not_to_be_visible()


def test_a_page_whose_script_does_not_arrive_says_so(page: Page, url: str) -> None:
    page.route("**/assets/Metrics-*.js", lambda route: route.abort())
    page.goto(url)
    page.get_by_role("link", name="Metrics").first.click()
    expect(page.get_by_role("alert")).to_contain_text("This page could not be loaded.")
    assert_no_findings(page)
    page.unroute("**/assets/Metrics-*.js")
    page.get_by_role("button", name="Reload").click()
    expect(page.locator(".summary").first).to_contain_text("req/s")


def test_without_the_store_both_pages_say_so_and_recover_by_retry(page: Page, url: str) -> None:
    with served(f"http://127.0.0.1:{free_port()}") as broken:
        page.goto(broken)
        expect(page.get_by_role("heading", name="Status unknown")).to_be_visible()
        # Said once, however many parts of the page miss it.
        expect(page.get_by_role("alert")).to_have_count(1)
        expect(page.get_by_role("alert")).to_contain_text("Prometheus cannot be reached")
        page.goto(f"{broken}/metrics")
        expect(page.get_by_text("Not loaded", exact=True)).to_have_count(5)
        expect(page.get_by_role("alert")).to_have_count(1)
        page.route("**/api/**", lambda route: route.fallback(url=_moved(route.request, broken, url)))
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".summary").first).to_contain_text("req/s")
        expect(page.get_by_role("region", name="Request rate").get_by_role("img")).to_be_visible()


def _moved(request: Request, old: str, new: str) -> str:
    return request.url.replace(old, new)


def test_loading_shows_the_same_layout(page: Page, url: str) -> None:
    held: list[Route] = []
    # A plain function: the driver sets attributes on it, which a bound list method refuses.
    page.route("**/api/v1/series*", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(f"{url}/metrics?range=6h")
    panel = page.get_by_role("region", name="Request rate", exact=True)
    expect(panel.locator(".skeleton")).to_be_attached()
    expect(panel).to_have_attribute("aria-busy", "true")
    waiting = size(panel)
    for route in held:
        fetched(route)
    page.unroute("**/api/v1/series*")
    expect(panel.get_by_role("img")).to_be_visible()
    assert size(panel) == waiting


def test_keyboard_alone_reaches_everything(page: Page, url: str) -> None:
    page.goto(f"{url}/metrics")
    expect(page.locator(".summary").first).to_contain_text("req/s")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Refresh now")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Auto-refresh")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Environment")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="15 minutes")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(f"{url}/metrics?range=1h")
    expect(page.get_by_role("radio", name="1 hour", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Show request rate as a table")
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Request rate, table")).to_be_visible()


def test_theme_follows_the_system_until_chosen_and_is_remembered(browser: Browser, url: str) -> None:
    with opened(browser, color_scheme="dark") as page:
        page.goto(url)
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("button", name="Switch to light theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
