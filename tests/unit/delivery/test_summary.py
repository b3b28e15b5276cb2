"""The table says what answers; asked of real servers."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest
from pydantic import ValidationError
from rich.console import Console

from delivery.outputs import Outputs
from delivery.summary import ask, places, show
from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port


class _Handler(BaseHTTPRequestHandler):
    """Well on the probes of console, store and API; ill below /ill; OTLP takes no GET."""

    def do_GET(self) -> None:
        code = 503 if self.path.startswith("/ill") else 200 if self.path != "/otlp" else 405
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class has it
        """Say nothing."""


@contextmanager
def server() -> Iterator[str]:
    with HttpServer(("127.0.0.1", 0), _Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_port}"
        finally:
            made.shutdown()
            thread.join()


def outputs(base: str, *, api: str | None = None, console: str | None = None) -> Outputs:
    plane = {"api_url": api or base, "otlp_http_url": f"{base}/otlp"}
    return Outputs.model_validate(
        {
            "platform": "docker",
            "release": "1.0",
            "console_url": console or base,
            "query_url": base,
            "data_planes": {"prod": plane},
            "access": {},
        }
    )


def test_everything_that_answers_is_well() -> None:
    with server() as base:
        answers = ask(outputs(base))
    assert [answer.fault for answer in answers] == [None] * 4
    assert [answer.place.name for answer in answers] == ["console", "metrics query", "prod API", "prod OTLP/HTTP"]


def test_what_is_ill_or_silent_is_reported() -> None:
    port = free_port()
    with server() as base:
        found = outputs(base, api=f"{base}/ill", console=f"http://127.0.0.1:{port}")
        # How long it asks again is no matter here; a minute would pass without an answer.
        answers = ask(found, within_s=2)
    faults = {answer.place.name: answer.fault for answer in answers}
    assert faults == {
        "console": "does not answer (Connection refused)",
        "metrics query": None,
        "prod API": "answers 503",
        "prod OTLP/HTTP": None,
    }
    screen = io.StringIO()
    show(found, answers, Console(file=screen, width=120), access="make access STACK=dev")
    text = screen.getvalue()
    assert "planewatch 1.0 on docker" in text
    assert "answers 503" in text
    assert "listening" in text
    assert f"http://127.0.0.1:{port}" in text


def test_a_proxy_of_the_users_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with server() as base:
        assert not any(answer.fault for answer in ask(outputs(base)))


def test_places_are_in_the_order_people_read() -> None:
    assert [place.probe for place in places(outputs("http://h"))] == [
        "http://h/healthz",
        "http://h/-/ready",
        "http://h/health",
        None,
    ]


@pytest.mark.parametrize("missing", ["console_url", "query_url", "data_planes", "platform", "release"])
def test_outputs_without_a_key_are_no_outputs(missing: str) -> None:
    document = outputs("http://h").model_dump()
    del document[missing]
    with pytest.raises(ValidationError, match=missing):
        Outputs.model_validate(document)
