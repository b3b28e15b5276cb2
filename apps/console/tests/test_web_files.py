"""Serving the built page: own files only, the page for its own addresses, caching as the names allow."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from apps.console.tests.conftest import console, console_settings

SECRET = "not for the web"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>page</title>")
    (web / "favicon.svg").write_text("<svg/>")
    (web / "assets" / "index-abc123.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text(SECRET)
    (web / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    async with console(console_settings("http://127.0.0.1:9", web)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/metrics", "/metrics?environment=prod&range=1h", "/some/page"])
async def test_the_apps_own_addresses_get_the_page_fresh(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200
    assert "<title>page</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


async def test_hashed_files_are_kept_for_ever(site: httpx.AsyncClient) -> None:
    answer = await site.get("/assets/index-abc123.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in answer.headers["content-type"]


async def test_other_files_are_asked_for_again(site: httpx.AsyncClient) -> None:
    answer = await site.get("/favicon.svg")
    assert answer.headers["cache-control"] == "no-cache"
    again = await site.get("/favicon.svg", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/assets/gone", "/robots.txt", "/api/v1/gone", "/api/gone", "/prometheus/api/v1/query"]
)
async def test_what_is_not_there_is_a_404_problem_not_the_page(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/assets/link.txt",
        "/%2fetc%2fpasswd",
        "/assets/%00",
    ],
)
async def test_nothing_outside_the_folder_is_served(site: httpx.AsyncClient, path: str) -> None:
    # A raw target, so that the client cannot tidy it up.
    url = httpx.URL(scheme="http", host="127.0.0.1", raw_path=path.encode())
    answer = await site.send(httpx.Request("GET", url))
    assert answer.status_code in {400, 404} or "<title>page</title>" in answer.text
    assert SECRET not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/", "/metrics", "/api/v1/health"])
async def test_other_methods_are_refused(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.post(path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_built_page_the_api_still_works(tmp_path: Path) -> None:
    async with console(console_settings("http://127.0.0.1:9", tmp_path / "none")) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.get("/healthz")).status_code == 200
