"""The table that ends `up`: where everything is, and whether it answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from delivery.inside import Inside
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
    """A place, and what is wrong with it; None when it is healthy.

    Nothing is known of one that was not ``asked``, unless the cluster says that it is ``ready``.
    """

    place: Place
    fault: str | None
    asked: bool = True
    ready: bool = False


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What every place answered; ``faults`` are of no one place: pods that are not ready, a cluster out of reach.

    ``remark`` says where nothing may be asked, and why.
    """

    places: tuple[Answer, ...]
    faults: tuple[str, ...] = ()
    remark: str | None = None

    @property
    def well(self) -> bool:
        """Whether nothing is known to be wrong."""
        return not self.faults and not any(answer.fault for answer in self.places)


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


def ask(outputs: Outputs, inside: Inside | None = None, *, within_s: float = _READY_WITHIN_S) -> Answers:
    """Probe all places at once, until all are healthy or ``within_s`` seconds have passed.

    The pods ``inside`` a cluster are looked at. Where addresses answer only there, they are asked through forwards, of
    many the first of each kind; what an edge publishes beside them is not asked: its name and its certificate may be
    the network's, not this machine's. A cluster out of reach is asked again; what the user may not see is not asked.
    """
    deadline = time.monotonic() + within_s
    while True:
        answers = _ask_inside(outputs, inside) if inside else Answers(places=_ask_each(outputs))
        if time.monotonic() > deadline or answers.well:
            return answers
        time.sleep(_PAUSE_S)


def _ask_each(outputs: Outputs) -> tuple[Answer, ...]:
    found = places(outputs)
    with ThreadPoolExecutor(len(found)) as pool:
        return tuple(pool.map(lambda place: Answer(place=place, fault=_fault(place)), found))


def _ask_inside(outputs: Outputs, inside: Inside) -> Answers:
    found = {place.url: place for place in places(outputs)}
    look = inside.look()
    if not outputs.access:
        return Answers(places=_ask_each(outputs), faults=look.faults, remark=look.remark)

    def reach(url: str, here: str) -> str | None:
        place = found[url]
        probe = None if place.probe is None else here + place.probe.removeprefix(url)
        return _fault(replace(place, url=here, probe=probe))

    asked = inside.ask(found, look, reach)
    return Answers(
        places=tuple(
            Answer(place=place, fault=asked.faults.get(url), asked=url in asked.faults, ready=url in asked.ready)
            for url, place in found.items()
        ),
        faults=look.faults,
        remark=look.remark or asked.remark,
    )


def show(outputs: Outputs, answers: Answers, console: Console, *, access: str) -> None:
    """Print the table, what else is wrong, and the command line ``access`` where addresses answer in a cluster only."""
    table = Table(title=f"planewatch {outputs.release} on {outputs.platform}", title_justify="left")
    table.add_column("what")
    table.add_column("where", no_wrap=True)
    table.add_column("state")
    for answer in answers.places:
        table.add_row(answer.place.name, answer.place.url, _state(answer))
    console.print(table)
    for fault in answers.faults:
        console.print(f"[red]{escape(fault)}[/]", soft_wrap=True)
    if answers.remark:
        console.print(answers.remark, soft_wrap=True, markup=False)
    if ready := sum(answer.ready for answer in answers.places):
        console.print(
            f"{ready} addresses were not asked, since others of their kind were: a pod behind each is ready.",
            soft_wrap=True,
        )
    if outputs.console_access and (note := outputs.console_access.note):
        style = "yellow" if outputs.console_access.kind == "open" else ""
        console.print(f"{note[0].upper()}{note[1:]}.", style=style, soft_wrap=True, markup=False)
    if outputs.access:
        console.print(f"These addresses answer inside the cluster; to open them from here: {access}", soft_wrap=True)


def _state(answer: Answer) -> str:
    if answer.fault:
        return f"[red]{escape(answer.fault)}[/]"
    if answer.ready:
        return "[green]ready[/]"
    if not answer.asked:
        return "not asked"
    return "[green]up[/]" if answer.place.probe else "listening"


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
