import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.harness.http_server import HttpServer
from toolchain.obtain.errors import Attempt, ToolchainError, UnavailableError
from toolchain.obtain.sources import Internet, Source, obtain

PAYLOAD = b"official release" * 1000
CHECKSUM = hashlib.sha256(PAYLOAD).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(PAYLOAD) + 10))
            self.end_headers()
            self.wfile.write(PAYLOAD)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAYLOAD)))
        self.end_headers()
        self.wfile.write(PAYLOAD)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as in the base class)
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with HttpServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[str]:
    """Accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/file"


@pytest.fixture
def closed() -> str:
    """An address where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/file"


def test_a_download_with_the_right_checksum_is_kept(server: str, tmp_path: Path) -> None:
    target = Internet().download(f"{server}/file", tmp_path / "file", sha256=CHECKSUM.upper())
    assert target.read_bytes() == PAYLOAD


def test_a_wrong_checksum_is_named_and_nothing_is_kept(server: str, tmp_path: Path) -> None:
    internet = Internet()
    with pytest.raises(UnavailableError, match=rf"must have checksum 00 \(got {CHECKSUM}\); not used"):
        internet.download(f"{server}/file", tmp_path / "file", sha256="00")
    assert list(tmp_path.iterdir()) == []
    assert internet.obstacle is None


@pytest.mark.parametrize(("path", "reason"), [("missing", "answers 404"), ("cut", "cut")])
def test_a_refused_or_cut_download_leaves_nothing_and_does_not_mean_offline(
    server: str, tmp_path: Path, path: str, reason: str
) -> None:
    internet = Internet()
    with pytest.raises(UnavailableError, match=reason):
        internet.download(f"{server}/{path}", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
    assert internet.obstacle is None


def test_a_server_that_never_answers_is_given_up(silent: str, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        Internet().download(silent, tmp_path / "file", connect=0.2, read=0.2)
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_host_is_remembered_for_the_next_download(closed: str, server: str, tmp_path: Path) -> None:
    internet = Internet()
    with pytest.raises(UnavailableError, match="cannot be reached"):
        internet.download(closed, tmp_path / "file")
    with pytest.raises(UnavailableError, match=r"skipped, 127\.0\.0\.1 cannot be reached"):
        internet.download(f"{server}/file", tmp_path / "file")


def test_planewatch_offline_skips_downloads(monkeypatch: pytest.MonkeyPatch, server: str, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANEWATCH_OFFLINE", "1")
    with pytest.raises(UnavailableError, match="skipped, PLANEWATCH_OFFLINE is set"):
        Internet.of_process().download(f"{server}/file", tmp_path / "file")
    monkeypatch.setenv("PLANEWATCH_OFFLINE", "0")
    assert Internet.of_process().obstacle is None


def refuse(reason: str) -> str:
    raise UnavailableError(reason)


def test_sources_are_tried_in_order_and_the_first_result_counts() -> None:
    asked: list[str] = []

    def give(name: str) -> str:
        asked.append(name)
        return name if name != "first" else refuse("not here")

    sources = [Source(name, lambda name=name: give(name)) for name in ("first", "second", "third")]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert obtain("it", sources, remedy="-") == "second"
    assert asked == ["first", "second"]


def test_when_all_sources_fail_each_is_named_with_log_and_remedy(tmp_path: Path) -> None:
    def built() -> str:
        raise UnavailableError("ended with code 2", log=tmp_path / "build.log", tail=("undefined: x", "exit 2"))

    with pytest.raises(ToolchainError) as caught:
        obtain("the tool 1.0", [Source("PATH", lambda: refuse("not there")), Source("building", built)], remedy="do it")
    assert caught.value.attempts[0] == Attempt("PATH", "not there")
    assert str(caught.value).splitlines() == [
        "cannot obtain the tool 1.0",
        "  tried PATH: not there",
        "  tried building: ended with code 2",
        "    | undefined: x",
        "    | exit 2",
        f"    log: {tmp_path / 'build.log'}",
        "  what to do: do it",
    ]


def test_an_unexpected_error_is_not_taken_for_an_unavailable_source() -> None:
    def broken() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        obtain("it", [Source("broken", broken), Source("other", lambda: "x")], remedy="-")
