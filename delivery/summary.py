"""The table that ends `up`: where everything is, and whether it answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from rich.console import Console
from rich.table import Table

from delivery.outputs import Outputs
from toolchain.obtain.proxies import is_here

_TIMEOUT_S = 3.0
# A store with a long write-ahead log listens before it can answer.
_READY_WITHIN_S = 60.0
_PAUSE_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Place:
    """A service at an address. ``probe`` is the URL that shows whether it answers; None when it only receives data."""

    name: str
    url: str
    probe: str | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A place, and what is wrong with it; None when it is healthy."""

    place: Place
    fault: str | None


def places(outputs: Outputs) -> tuple[Place, ...]:
    """List every address of a stack: the control plane's, then each plane's."""
    return (
        Place(name="console", url=outputs.console_url, probe=f"{outputs.console_url}/healthz"),
        Place(name="metrics query", url=outputs.query_url, probe=outputs.query_health_url),
        *(
            place
            for name, plane in outputs.data_planes.items()
            for place in (
                Place(name=f"{name} API", url=plane.api_url, probe=plane.api_health_url),
                Place(name=f"{name} OTLP/HTTP", url=plane.otlp_http_url, probe=None),
            )
        ),
    )


def ask(outputs: Outputs, *, within_s: float = _READY_WITHIN_S) -> tuple[Answer, ...]:
    """Probe all places at once, until all are healthy or ``within_s`` seconds have passed.

    Where addresses only answer inside the platform nothing is asked: what deployed them waited until they were ready.
    """
    if outputs.access:
        return tuple(Answer(place=place, fault=None) for place in places(outputs))
    deadline = time.monotonic() + within_s
    while True:
        answers = _ask_once(outputs)
        if time.monotonic() > deadline or not any(answer.fault for answer in answers):
            return answers
        time.sleep(_PAUSE_S)


def _ask_once(outputs: Outputs) -> tuple[Answer, ...]:
    found = places(outputs)
    with ThreadPoolExecutor(len(found)) as pool:
        return tuple(pool.map(lambda place: Answer(place=place, fault=_fault(place)), found))


def show(outputs: Outputs, answers: tuple[Answer, ...], console: Console, *, access: str) -> None:
    """Print the table, and the command line ``access`` where addresses answer inside a cluster only."""
    table = Table(title=f"planewatch {outputs.release} on {outputs.platform}", title_justify="left")
    table.add_column("what")
    table.add_column("where", no_wrap=True)
    table.add_column("state")
    for answer in answers:
        state = f"[red]{answer.fault}[/]" if answer.fault else "[green]up[/]" if answer.place.probe else "listening"
        table.add_row(answer.place.name, answer.place.url, state)
    console.print(table)
    if outputs.access:
        console.print(f"These addresses answer inside the cluster; to open them from here: {access}", soft_wrap=True)


def _fault(place: Place) -> str | None:
    if place.probe is None:
        # Any answer to a GET, even "method not allowed", shows that somebody listens.
        return _reach(place.url, anything=True)
    return _reach(place.probe, anything=False)


def _opener(url: str) -> OpenerDirector:
    # An edge may be behind the proxy that the variables name; this machine never is, whatever NO_PROXY says.
    return build_opener(ProxyHandler({})) if is_here(urlsplit(url).hostname or "") else build_opener()


def _reach(url: str, *, anything: bool) -> str | None:
    try:
        with _opener(url).open(url, timeout=_TIMEOUT_S):
            return None
    except HTTPError as error:
        with error:
            return None if anything else f"answers {error.code}"
    except (OSError, HTTPException, ValueError) as error:  # a path may hold what a URL cannot
        return f"does not answer ({_reason(error)})"


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    return str(getattr(cause, "strerror", None) or cause)
