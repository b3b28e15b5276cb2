"""The rate limit per client address, and the headers of every response."""

from pathlib import Path

import httpx
import pytest

from apps.console.app import create_app
from apps.console.middleware import client_key
from apps.console.settings import PlaneStoreSettings, Settings
from apps.console.tests.conftest import console, console_settings
from tests.harness.ports import free_port

# Limits are counted in windows of the clock, of which one may end between two requests: of an hour rarely, of a minute
# once in a while.


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A store that refuses at once: what counts here is decided before it is asked."""
    (tmp_path / "index.html").write_text("<!doctype html>" + "x" * 2000)
    return f"http://127.0.0.1:{free_port()}"


async def test_too_many_requests_are_429_with_the_time_to_wait(nowhere: str, tmp_path: Path) -> None:
    async with console(console_settings(nowhere, tmp_path, rate_limit="3/hour")) as client:
        statuses = [(await client.get("/api/v1/health")).status_code for _ in range(3)]
        refused = await client.get("/api/v1/alerts")
        others = [(await client.get(path)).status_code for path in ("/", "/healthz")]
    assert statuses == [200, 200, 200]
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert refused.json()["title"] == "Too Many Requests"
    assert others == [200, 200]


async def test_each_address_has_its_own_limit(nowhere: str, tmp_path: Path) -> None:
    app = create_app(console_settings(nowhere, tmp_path, rate_limit="1/hour"))
    async with app.router.lifespan_context(app):
        statuses = []
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
            transport = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                # A header anyone can send does not make another client.
                answer = await client.get("/api/v1/health", headers={"X-Forwarded-For": "198.51.100.9"})
                statuses.append(answer.status_code)
    assert statuses == [200, 200, 429]


async def test_behind_a_proxy_each_of_its_clients_has_its_own_limit(nowhere: str, tmp_path: Path) -> None:
    app = create_app(console_settings(nowhere, tmp_path, rate_limit="1/hour", proxies=1))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("10.0.0.9", 1))  # the proxy, always the same
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            said = ["192.0.2.1", "192.0.2.2", "198.51.100.9, 192.0.2.1", "192.0.2.1, 192.0.2.3"]
            statuses = [
                (await client.get("/api/v1/health", headers={"X-Forwarded-For": each})).status_code for each in said
            ]
    # The third client says it spoke for another; the proxy says who it is.
    assert statuses == [200, 200, 429, 200]


@pytest.mark.parametrize(
    ("said", "proxies", "key"),
    [
        ([], 1, "10.0.0.9"),
        (["192.0.2.1"], 0, "10.0.0.9"),
        (["192.0.2.1"], 2, "10.0.0.9"),
        (["spoofed, 192.0.2.1, 10.0.0.8"], 2, "192.0.2.1"),
        (["spoofed", "192.0.2.1"], 1, "192.0.2.1"),
        (["2001:db8:1:2::9"], 1, "2001:db8:1:2::/64"),
    ],
)
def test_the_outermost_proxy_names_the_client(said: list[str], proxies: int, key: str) -> None:
    headers = [(b"x-forwarded-for", each.encode()) for each in said]
    assert client_key({"type": "http", "client": ("10.0.0.9", 1), "headers": headers}, proxies) == key


async def test_people_s_own_questions_count_too_and_are_not_kept_by_anybody(nowhere: str, tmp_path: Path) -> None:
    store = PlaneStoreSettings(environment="prod", data_plane_id="shop", url=nowhere)
    settings = Settings(prometheus_urls=(store,), web_root=tmp_path, rate_limit="1/hour")
    async with console(settings) as client:
        answers = [await client.get("/prometheus/api/v1/query?query=up") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [502, 429]
    assert answers[0].json()["status"] == "error"
    assert answers[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_host_cannot_dodge_within_its_network(host: str, key: str) -> None:
    assert client_key({"client": (host, 1)}) == key


def test_a_client_without_address_is_limited_too() -> None:
    assert client_key({"client": None}) == "unknown"


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/api/v1/alerts", "/nothing.js", "/healthz"])
async def test_security_headers_everywhere(nowhere: str, tmp_path: Path, path: str) -> None:
    async with console(console_settings(nowhere, tmp_path)) as client:
        headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert (headers.get("cache-control") == "no-store") == path.startswith("/api/")


async def test_large_answers_are_compressed(nowhere: str, tmp_path: Path) -> None:
    async with console(console_settings(nowhere, tmp_path)) as client:
        assert (await client.get("/")).headers["content-encoding"] == "gzip"
        plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
