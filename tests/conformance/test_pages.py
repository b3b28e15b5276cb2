"""The console's pages as a person sees them, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.console.tests.browser.chromium import assert_no_findings, launched, opened, settle
from tests.deployments import Deployment
from tests.deployments.traffic import visit_all

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser, viewport={"width": 1280, "height": 900}) as made:
        yield made


@pytest.fixture(scope="module")
def traffic(deployed: Deployment) -> Deployment:
    """The stack with requests to every plane."""
    visit_all(deployed, deployed.planes, rounds=2)
    return deployed


def test_the_landing_page_shows_the_system_and_every_plane(page: Page, traffic: Deployment) -> None:
    page.goto(traffic.url("console"))
    settle(page)
    expect(page).to_have_title("Overview · planewatch")
    for name in traffic.planes:
        plane = page.get_by_role("article", name=name)
        expect(plane).to_contain_text("req/s")
        expect(plane.locator(".sparkline-line").first).to_be_attached()
    expect(page.get_by_role("article", name=traffic.flawless).locator(".badge")).to_have_text("Up")
    for text in ("e2e", traffic.platform, traffic.outputs.release, *traffic.own_jobs):
        expect(page.locator(".health")).to_contain_text(text)
    assert_no_findings(page)


def test_the_metrics_page_has_a_line_of_every_environment(page: Page, traffic: Deployment) -> None:
    page.goto(f"{traffic.url('console')}/metrics?range=5m")
    settle(page)
    rate = page.get_by_role("region", name="Request rate", exact=True)
    for name in traffic.planes:
        expect(rate.get_by_role("button", name=re.compile(rf"^{name}\b"))).to_be_visible()
    for text in ("req/s", "ms"):
        expect(page.locator(".summary").filter(has_text=text).first).to_be_visible()
    assert_no_findings(page)


def test_one_environment_is_shown_by_itself(page: Page, traffic: Deployment) -> None:
    page.goto(f"{traffic.url('console')}/metrics?range=5m")
    page.get_by_label("Environment").select_option(traffic.flawless)
    settle(page)
    rate = page.get_by_role("region", name="Request rate", exact=True)
    expect(rate.get_by_role("img")).to_have_attribute("aria-label", re.compile("1 line"))
    for name in set(traffic.planes) - {traffic.flawless}:
        expect(rate.get_by_role("button", name=re.compile(rf"^{name}\b"))).to_have_count(0)
