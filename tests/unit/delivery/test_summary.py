"""The table says what answers; asked of real servers."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest
from pydantic import ValidationError
from rich.console import Console

from delivery.outputs import Outputs
from delivery.summary import Answers, ask, places, show
from tests.harness.http_server import HttpServer
from tests.harness.ports import free_port

_WELL = {"/healthz", "/-/ready", "/live/z?full=1"}


class _Handler(BaseHTTPRequestHandler):
    """Well on the probes of console, store and API; ill below /ill; OTLP takes no GET."""

    def do_GET(self) -> None:
        code = 503 if self.path.startswith("/ill") else 405 if self.path == "/otlp" else 404
        self.send_response(200 if self.path in _WELL else code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class has it
        """Say nothing."""


class _Ipv6Server(HttpServer):
    address_family = socket.AF_INET6


@contextmanager
def server(host: str = "127.0.0.1") -> Iterator[str]:
    kind = _Ipv6Server if ":" in host else HttpServer
    with kind((host, 0), _Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        try:
            yield f"http://{f'[{host}]' if ':' in host else host}:{made.server_port}"
        finally:
            made.shutdown()
            thread.join()


def outputs(base: str, *, api: str | None = None, console: str | None = None) -> Outputs:
    api = api or base
    plane = {"api_url": api, "api_health_url": f"{api}/live/z?full=1", "otlp_http_url": f"{base}/otlp"}
    return Outputs.model_validate(
        {
            "platform": "docker",
            "release": "1.0",
            "console_url": console or base,
            "query_url": f"{base}/query",
            "query_health_url": f"{base}/-/ready",
            "data_planes": {"prod": plane},
            "access": {},
        }
    )


def test_everything_that_answers_is_well() -> None:
    with server() as base:
        answers = ask(outputs(base))
    assert answers.well
    assert [answer.place.name for answer in answers.places] == [
        "console",
        "metrics query",
        "prod API",
        "prod OTLP/HTTP",
    ]


def test_what_is_ill_or_silent_is_reported() -> None:
    port = free_port()
    with server() as base:
        found = outputs(base, api=f"{base}/ill", console=f"http://127.0.0.1:{port}")
        # How long it asks again is no matter here; a minute would pass without an answer.
        answers = ask(found, within_s=2)
    faults = {answer.place.name: answer.fault for answer in answers.places}
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


@pytest.mark.parametrize("kind", ["open", "authenticated"])
def test_a_console_that_the_network_reaches_is_said_to_have_no_login(kind: str) -> None:
    note = "the console at 192.0.2.1 has no login: anyone who reaches it can read everything there"
    said = {"kind": kind, "authentication": None, "note": note}
    assert note[1:] in shown(said)
    for quiet in (None, {"kind": "local", "authentication": None, "note": None}, {"kind": "local"}):
        assert "login" not in shown(quiet)


def shown(access: object) -> str:
    """Return what the table says of a stack whose output `console_access` is this."""
    found = Outputs.model_validate(outputs("http://h").model_dump() | {"console_access": access})
    screen = io.StringIO()
    show(found, Answers(places=()), Console(file=screen, width=40), access="make access")
    return screen.getvalue()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_proxy_of_the_users_is_not_asked_for_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with server(host) as base:
        assert ask(outputs(base)).well


def test_what_is_elsewhere_is_asked_as_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    with server() as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        faults = {answer.fault for answer in ask(outputs("http://watch.example.com"), within_s=0).places}
    # It takes the whole URL for a path that it does not know.
    assert faults == {"answers 404", None}


def test_a_path_that_no_url_can_hold_is_a_fault_of_that_place() -> None:
    with server() as base:
        found = outputs(base).model_copy(update={"query_health_url": f"{base}/z\u00fcrich"})
        faults = {answer.place.name: answer.fault for answer in ask(found, within_s=0).places}
    assert "does not answer ('ascii' codec" in str(faults.pop("metrics query"))
    assert set(faults.values()) == {None}


def test_a_stack_that_an_earlier_version_deployed_is_asked_whether_anybody_listens() -> None:
    with server() as base:
        document = outputs(base).model_dump()
        del document["query_health_url"], document["data_planes"]["prod"]["api_health_url"]
        answers = ask(Outputs.model_validate(document))
    assert [(answer.place.probe is None, answer.fault) for answer in answers.places] == [
        (False, None),
        (True, None),
        (True, None),
        (True, None),
    ]


def test_places_are_in_the_order_people_read() -> None:
    assert [place.probe for place in places(outputs("http://h"))] == [
        "http://h/healthz",
        "http://h/-/ready",
        "http://h/live/z?full=1",
        None,
    ]


@pytest.mark.parametrize("missing", ["console_url", "query_url", "data_planes", "platform", "release"])
def test_outputs_without_a_key_are_no_outputs(missing: str) -> None:
    document = outputs("http://h").model_dump()
    del document[missing]
    with pytest.raises(ValidationError, match=missing):
        Outputs.model_validate(document)
