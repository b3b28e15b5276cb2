"""Nothing on this machine is asked through a proxy; the doctor names the proxy and tries it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import toolchain
from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.proxies import Proxy, excepted, fault, is_here, named, with_exceptions
from toolchain.obtain.sources import Internet


class _Refuses(BaseHTTPRequestHandler):
    """A proxy that wants a password, as most answer who asks without one."""

    def do_OPTIONS(self) -> None:
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # see `proxy`
        self.do_OPTIONS()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class has it
        """Say nothing."""


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Run a proxy that answers and passes nothing on; gives its URL, and what it is asked for."""
    with HttpServer(("127.0.0.1", 0), _Refuses) as server:
        asked: list[str] = []
        server.asked = asked  # type: ignore[attr-defined]  # what the handler fills
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_the_lower_case_spelling_counts() -> None:
    both = {"HTTP_PROXY": "http://upper", "http_proxy": "http://lower", "ALL_PROXY": "http://all", "https_proxy": ""}
    assert named(both) == (Proxy("http_proxy", "http://lower"), Proxy("ALL_PROXY", "http://all"))
    assert named({"NO_PROXY": "x"}) == ()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": " .corp.example , 10.0.0.0/8"}, ".corp.example,10.0.0.0/8,localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "a", "no_proxy": "b,localhost"}, "b,localhost,a,127.0.0.1,::1"),
    ],
)
def test_loopback_joins_what_the_user_excepts(said: dict[str, str], wanted: str) -> None:
    assert with_exceptions({"HTTPS_PROXY": "http://p:3128", **said}) == {"no_proxy": wanted, "NO_PROXY": wanted}
    assert excepted({"NO_PROXY": wanted}) == tuple(wanted.split(","))


def test_nothing_is_set_where_no_proxy_is_named_or_none_is_asked() -> None:
    assert with_exceptions({"NO_PROXY": "corp"}) == {}
    assert with_exceptions({"HTTP_PROXY": "http://p", "NO_PROXY": "*"}) == {}


def test_clusters_made_here_are_excepted_too(tmp_path: Path) -> None:
    folder = tmp_path / "cluster" / "other"
    folder.mkdir(parents=True)
    (folder / "layout.json").write_text('{"network": "100.65.0.0/16"}')
    (tmp_path / "cluster" / "half-deleted").mkdir()
    found = toolchain.unproxied({"PLANEWATCH_CACHE": str(tmp_path), "HTTPS_PROXY": "http://p"})
    assert found["NO_PROXY"].split(",")[3:] == ["100.65.0.2", "100.65.0.0/16"]
    assert toolchain.unproxied({"PLANEWATCH_CACHE": str(tmp_path)}) == {}


# Each of them asks in another process, as our commands' own do: what a process has read of its variables stays.
_CLIENTS = {
    "httpx": "import httpx; print(httpx.get(url).status_code)",
    "requests, as Docker's client": "import requests; print(requests.get(url).status_code)",
    "urllib": "import urllib.request as u; print(u.urlopen(url).status)",
    "botocore": (
        "from botocore.httpsession import URLLib3Session as S; from botocore.awsrequest import AWSRequest as R\n"
        "from botocore.utils import get_environ_proxies as p\n"
        "print(S(proxies=p(url)).send(R('GET', url).prepare()).status_code)"
    ),
    "gRPC": (
        "import grpc; from concurrent.futures import ThreadPoolExecutor as P;\n"
        "s = grpc.server(P(1)); port = s.add_insecure_port('127.0.0.1:0'); s.start()\n"
        "grpc.channel_ready_future(grpc.insecure_channel(f'127.0.0.1:{port}')).result(5); print(200)"
    ),
}


class _Answers(_Refuses):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.mark.parametrize("client", _CLIENTS)
def test_no_client_of_ours_asks_a_proxy_for_loopback(client: str) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    proxied = own | {name: dead for each in ("http_proxy", "https_proxy", "all_proxy") for name in (each, each.upper())}
    with HttpServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        program = f"url = 'http://127.0.0.1:{server.server_port}/'\n{_CLIENTS[client]}"
        runs = [
            subprocess.run(
                [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False, timeout=60
            )
            for env in (proxied, proxied | with_exceptions(proxied))
        ]
        server.shutdown()
        thread.join()
    # Without the exceptions each of them does ask the proxy: else this would show nothing.
    assert [run.stdout.strip() == "200" for run in runs] == [False, True], [run.stderr for run in runs]


def test_what_is_not_here_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with proxy() as (url, asked):
        for name, value in {"http_proxy": url, **with_exceptions({"http_proxy": url})}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(UnavailableError, match="answers 407"):
            Internet().download("http://releases.example.com/pulumi.tar.gz", tmp_path / "file")
    assert asked == ["http://releases.example.com/pulumi.tar.gz"]


def test_a_proxy_that_no_client_of_ours_speaks_to_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(UnavailableError, match="the proxy that this machine's variables name cannot be used"):
        Internet().download("http://releases.example.com/pulumi.tar.gz", tmp_path / "file")


def test_the_doctor_s_question_is_answered_by_any_proxy() -> None:
    with proxy() as (url, asked):
        assert fault(Proxy("HTTP_PROXY", url)) == ""
        assert fault(Proxy("HTTP_PROXY", url.removeprefix("http://"))) == ""
    assert asked == []
    assert fault(Proxy("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")) == "does not answer (Connection refused)"
    assert fault(Proxy("HTTP_PROXY", "socks5://127.0.0.1:1")) == "must be http://host:port or https://host:port"
    assert "is no URL" in fault(Proxy("HTTP_PROXY", "http://host:port"))
    assert "hunter2" not in fault(Proxy("HTTP_PROXY", "http://me:hunter2/x@p:3128"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://p:3128", "http://p:3128"),
        ("http://token@p:3128", "http://***@p:3128"),
        ("http://me:s3cr:et@p:3128/", "http://***@p:3128/"),
        ("me:p@ss@p:3128", "***@p:3128"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert Proxy("HTTP_PROXY", url).shown == shown


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("a.b", False),
    ],
)
def test_this_machine(host: str, here: bool) -> None:
    assert is_here(host) is here
