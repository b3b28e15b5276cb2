"""How long a request takes to be seen: in its plane's collector, in Prometheus, on the console."""

import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from benchmarks.model import Cell, Section, quantile
from benchmarks.processes import BenchmarkError
from benchmarks.stacks import BenchStack
from components import roles
from delivery.outputs import Outputs
from tests.harness.containers import engine_of
from tests.harness.prometheus import Store

NAME = "latency"
# Seconds; the service levels.
_BOUNDS = {"collector": 2.0, "Prometheus": 15.0, "console": 30.0}
_REQUESTS, _QUICK_REQUESTS = 120, 30
_GAP_S = 2.0
_ROUTE = "/api/products"
# On the console only answers of one kind can be told from health probes, and only after a window (60 s) without any.
_ROUNDS, _QUICK_ROUNDS = 4, 1
_QUIET_S = 75.0
_LOOK_EVERY_S = 0.1
_GIVE_UP_S = 60.0
_RANDOM = secrets.SystemRandom()


@dataclass(kw_only=True)
class Watch:
    """Requests to one plane and when a place showed each of them: the n-th is seen when the count has grown by n."""

    sent: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def look(self, grown: float, now: float) -> None:
        """Take in that the place has counted ``grown`` requests at the time ``now``."""
        while len(self.seen) < min(int(grown), len(self.sent)):
            self.seen.append(now)

    @property
    def delays(self) -> list[float]:
        """Seconds from sending to being seen, for those that were."""
        return [seen - sent for sent, seen in zip(self.sent, self.seen, strict=False)]

    @property
    def complete(self) -> bool:
        """Whether every request was seen."""
        return len(self.seen) == len(self.sent)


def run(stack: BenchStack, outputs: Outputs, *, quick: bool, note: Callable[[str], None]) -> Section:
    """Send single requests and look until each place shows them; Linux only, for the collectors' own addresses."""
    count, rounds = (_QUICK_REQUESTS, _QUICK_ROUNDS) if quick else (_REQUESTS, _ROUNDS)
    note(f"{count} requests, {_GAP_S:g} s apart on the mean, to {len(outputs.data_planes)} planes")
    store = Store(url=outputs.query_url)
    looks: dict[str, Callable[[str], float]] = {
        "collector": _collectors(stack.name),
        "Prometheus": lambda plane: store.value(_counted(plane)) or 0.0,
    }
    watches = {place: {plane: Watch() for plane in outputs.data_planes} for place in looks}
    with httpx.Client(timeout=10, trust_env=False) as client, _looking(looks, watches):
        for _ in range(count):
            plane = _RANDOM.choice(list(outputs.data_planes))
            begun = time.monotonic()
            client.get(f"{outputs.data_planes[plane].api_url}{_ROUTE}").raise_for_status()
            for place in watches.values():
                place[plane].sent.append(begun)
            time.sleep(_RANDOM.uniform(0.5, 1.5) * _GAP_S)
        _wait(watches)
    delays = {place: [delay for watch in each.values() for delay in watch.delays] for place, each in watches.items()}
    sent = {place: sum(len(watch.sent) for watch in each.values()) for place, each in watches.items()}
    note(f"console: {rounds} rounds of one request to each plane, {_QUIET_S:g} s apart")
    delays["console"] = _console(outputs, rounds)
    sent["console"] = rounds * len(outputs.data_planes)
    return Section(
        name=NAME,
        title="Time until a request is visible, three planes",
        columns=(
            "place",
            "requests",
            "never seen",
            "median s",
            "p95 s",
            "worst s",
            "bound s",
            "p95 ÷ bound",
            "worst ÷ bound",
        ),
        rows=tuple(_row(place, delays[place], sent[place]) for place in _BOUNDS),
        notes=(
            f"From just before sending until the place shows it; polled every {_LOOK_EVERY_S:g} s.",
            "Prometheus scrapes every 10 s and the console caches responses for up to 2 s.",
        ),
        samples={place: tuple(values) for place, values in delays.items()},
    )


@contextmanager
def _looking(looks: dict[str, Callable[[str], float]], watches: dict[str, dict[str, Watch]]) -> Iterator[None]:
    """Poll each plane in each place until the end of the block, starting from the counts at its begin."""
    ended = threading.Event()
    faults: list[Exception] = []

    def watch(place: str) -> None:
        base = before[place]
        try:
            while not ended.wait(_LOOK_EVERY_S):
                for plane, each in watches[place].items():
                    grown = looks[place](plane) - base[plane]
                    each.look(grown, time.monotonic())
        except (httpx.HTTPError, AssertionError) as error:
            faults.append(error)

    before = {place: {plane: look(plane) for plane in watches[place]} for place, look in looks.items()}
    threads = [threading.Thread(target=watch, args=(place,), daemon=True) for place in looks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if faults:
        raise BenchmarkError(f"a place stopped answering: {faults[0]}")


def _wait(watches: dict[str, dict[str, Watch]]) -> None:
    deadline = time.monotonic() + _GIVE_UP_S
    while time.monotonic() < deadline and not all(
        watch.complete for each in watches.values() for watch in each.values()
    ):
        time.sleep(_LOOK_EVERY_S)


def _counted(plane: str) -> str:
    return (
        "sum(http_server_request_duration_seconds_count"
        f'{{job="data-plane",data_plane_id="{plane}",http_route="{_ROUTE}"}})'
    )


def _collectors(stack: str) -> Callable[[str], float]:
    """Return how to ask each plane's collector at its own address, which Linux reaches without a published port."""
    urls: dict[str, str] = {}
    client = httpx.Client(timeout=10, trust_env=False)

    def ask(plane: str) -> float:
        if plane not in urls:
            with engine_of(stack) as engine:
                networks = engine.container(plane, roles.COLLECTOR).attrs["NetworkSettings"]["Networks"]
            address = networks[f"planewatch-{stack}-{plane}"]["IPAddress"]
            urls[plane] = f"http://{address}:{roles.COLLECTOR_METRICS}/metrics"
        text = client.get(urls[plane]).raise_for_status().text
        lines = re.findall(
            rf'^http_server_request_duration_seconds_count{{.*http_route="{_ROUTE}".*}} (\S+)', text, re.MULTILINE
        )
        return sum(map(float, lines))

    return ask


def _console(outputs: Outputs, rounds: int) -> list[float]:
    """Return the delays of requests answered 404, which nothing else causes, until the console draws their line."""
    delays: list[float] = []
    with httpx.Client(timeout=10, trust_env=False) as client:
        for number in range(rounds):
            if number:
                time.sleep(_QUIET_S + _RANDOM.uniform(0, 10))
            sent: dict[str, float] = {}
            for plane, addresses in outputs.data_planes.items():
                sent[plane] = time.monotonic()
                client.get(f"{addresses.api_url}/nothing-here")
                time.sleep(_RANDOM.uniform(0, 3))
            deadline = time.monotonic() + _GIVE_UP_S
            while sent and time.monotonic() < deadline:
                drawn = [plane for plane in sent if _drawn(client, outputs.console_url, plane)]
                now = time.monotonic()
                delays += [now - sent.pop(plane) for plane in drawn]
                # Three planes twice a second: the console takes 600 requests a minute from one address.
                time.sleep(0.4)
    return delays


def _drawn(client: httpx.Client, console: str, plane: str) -> bool:
    """Return whether the newest point of the chart of answers by status has a rate of 4xx answers."""
    parameters = {"metric": "requests_by_status", "range": "5m", "plane": plane}
    answer = client.get(f"{console}/api/v1/series", params=parameters).raise_for_status().json()
    return any((line["values"][-1] or 0) > 0 for line in answer["lines"] if line["status_class"] == "4xx")


def _row(place: str, delays: list[float], sent: int) -> tuple[Cell, ...]:
    bound = _BOUNDS[place]
    if not delays:
        return (place, sent, sent, None, None, None, bound, None, None)
    half, most, worst = (quantile(delays, share) for share in (0.5, 0.95, 1.0))
    return (place, sent, sent - len(delays), half, most, worst, bound, most / bound, worst / bound)
