"""A page elsewhere that makes its own name resolve to the console is refused; people and probes are not."""

import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from apps.console.app import create_app
from apps.console.host_names import name_of
from apps.console.settings import Settings
from apps.console.tests.conftest import console_settings
from apps.console.tests.store import wait_for
from apps.console.tests.test_process import COMMAND, environment
from tests.harness.ports import free_port

PATHS = ("/", "/api/v1/health", "/api/openapi.json", "/healthz", "/assets/x.js")
KNOWN = ("console.watch.example.com", "console.planewatch-dev-control.svc")


def _settings(tmp_path: Path, **changes: object) -> Settings:
    (tmp_path / "index.html").write_text("<!doctype html>")
    usual = console_settings(f"http://127.0.0.1:{free_port()}", tmp_path)
    return Settings.model_validate(usual.model_dump() | {"host_names": KNOWN} | changes)


async def _statuses(settings: Settings, host: str) -> set[int]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return {(await client.get(path, headers={"Host": host})).status_code for path in PATHS}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8080",
        "10.244.0.7:8080",
        "192.0.2.1",
        "[::1]:8080",
        "[2001:db8::7]",
        "localhost",
        "LocalHost:8080",
        *KNOWN,
        "Console.Watch.Example.com.:443",
    ],
)
async def test_addresses_and_the_console_s_own_names_get_through(host: str, tmp_path: Path) -> None:
    assert 421 not in await _statuses(_settings(tmp_path), host)


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "attacker.example:8080",
        "localhost.attacker.example",
        "console.watch.example.com.attacker.example",
        "watch.example.com",
        "other.console.watch.example.com",
        "127.0.0.1.attacker.example",
        "127.0.0.1:8080@attacker.example",
        "attacker.example:x",
        "[::1].attacker.example",
        "[attacker.example]",
        "::1",
        "",
    ],
)
async def test_any_other_name_is_refused_on_every_path(host: str, tmp_path: Path) -> None:
    assert await _statuses(_settings(tmp_path), host) == {421}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a.example:80", "a.example"),
        ("A.Example.", "a.example"),
        ("[::1]:1", "::1"),
        ("a:", "a"),
        ("a:b", ""),
        ("a:²", ""),
    ],
)
def test_the_name_in_a_host(host: str, name: str) -> None:
    assert name_of(host) == name


async def test_the_refusal_says_what_helps_and_names_no_name_of_the_console(tmp_path: Path) -> None:
    app = create_app(_settings(tmp_path))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://attacker.example") as client:
            answer = await client.get("/api/v1/planes")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "'attacker.example' is no host name of this console" in answer.json()["detail"]
    assert "controlPlane.hostNames" in answer.json()["detail"]
    assert not any(known in answer.text for known in KNOWN)


@pytest.mark.parametrize(("seconds", "header"), [(0, None), (31_536_000, "max-age=31536000")])
async def test_browsers_are_held_to_tls_where_it_is_ours(seconds: int, header: str | None, tmp_path: Path) -> None:
    app = create_app(_settings(tmp_path, hsts_seconds=seconds))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{KNOWN[0]}") as client:
            answers = [await client.get(path) for path in PATHS]
    assert {answer.headers.get("strict-transport-security") for answer in answers} == {header}


def test_the_served_console_refuses_a_rebound_name_and_two_at_once(tmp_path: Path) -> None:
    port = free_port()
    given = environment(PORT=str(port), WEB_ROOT=str(tmp_path), HOST_NAMES='["console.example.com"]')
    with subprocess.Popen(COMMAND, env=given) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            known, foreign = (_answer(port, f"Host: {name}:{port}") for name in ("console.example.com", "a.example"))
            both = _answer(port, f"Host: 127.0.0.1:{port}\r\nHost: a.example")
            none = _answer(port, "Accept: */*", version="1.0")
        finally:
            process.send_signal(signal.SIGTERM)
    assert (known, foreign) == (200, 421)
    # The server itself may refuse what is not HTTP.
    assert {both, none} <= {400, 421}


def _answer(port: int, headers: str, version: str = "1.1") -> int:
    """Return the status of a GET with exactly these headers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET /healthz HTTP/{version}\r\n{headers}\r\nConnection: close\r\n\r\n".encode())
        return int(connection.recv(64).split()[1])
