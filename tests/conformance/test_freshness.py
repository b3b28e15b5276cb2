"""How soon after a request its metric is where it has to be: the bounds of the requirements, with real traffic."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

import httpx

from tests.deployments import Deployment
from tests.harness.waiting import wait_until

# Seconds after the request.
IN_COLLECTOR, IN_STORE, ON_CONSOLE, QUERY = 2.0, 15.0, 30.0, 2.0
# Of so many requests the middle one has to be in time, and none may take more than so many times as long: a machine
# that is busy with something else for a moment is no reason to fail, what is usually late or gets lost is.
_REQUESTS, _LATEST = 3, 2
# What is late while other tests need the whole machine is asked again: a console that is slow itself stays late.
_AGAIN, _LOST_S = 2, 10.0
# No answer of the console is kept that long.
_APART_S = 2.0
PATHS = (
    "planes",
    "health",
    "alerts",
    "summary?range=24h",
    *(f"series?metric={metric}&range=24h" for metric in ("request_rate", "latency_p95", "error_ratio")),
)
# Only tests send requests that are refused (422); everything else about a plane changes by itself, through probes.
_REFUSED = {"job": "data-plane", "http_route": "/api/search", "http_response_status_code": "422"}


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """One plane's count of refused requests, as each place shows it."""

    deployed: Deployment
    plane: str

    def send(self) -> None:
        """Send one request that is refused."""
        url = f"{self.deployed.url(f'{self.plane}-http')}/api/search"
        assert httpx.get(url, trust_env=False).status_code == 422

    def in_collector(self) -> float:
        """Read what the plane's collectors expose."""
        text = self.deployed.exposition(self.plane)
        rows = [line for line in text.splitlines() if line.startswith("http_server_request_duration_seconds_count{")]
        return sum(float(row.split()[-1]) for row in rows if 'code="422"' in row)

    def in_store(self) -> float:
        """Ask Prometheus."""
        labels = ", ".join(f'{key}="{value}"' for key, value in {**_REFUSED, "data_plane_id": self.plane}.items())
        return self.deployed.store.value(f"sum(http_server_request_duration_seconds_count{{{labels}}})") or 0

    def on_console(self) -> float:
        """Ask the console's API for the rate of refused requests at the newest point of its chart."""
        question = {"metric": "requests_by_status", "plane": self.plane, "range": "5m"}
        url = f"{self.deployed.url('console')}/api/v1/series"
        lines = httpx.get(url, params=question, trust_env=False, timeout=10).raise_for_status().json()["lines"]
        return sum(line["values"][-1] or 0 for line in lines if line["status_class"] == "4xx")


def _arrives(look: Callable[[], float], before: float, sent: float, bound: float, what: str) -> float:
    """Return how many seconds after ``sent`` a count exceeds ``before``; AssertionError after the hard limit."""
    within = _LATEST * bound - (time.monotonic() - sent)
    wait_until(look, lambda seen: seen > before, within_s=within, what=what, every_s=0.1)
    return time.monotonic() - sent


def _follow(eyes: Eyes) -> dict[str, list[float]]:
    """Send requests to a plane, one after the other; returns how many seconds each took to each place."""
    plane = eyes.plane
    taken: dict[str, list[float]] = {"collector": [], "store": [], "console": []}
    # The first refused request makes the series; a rate shows only what comes after that. Where tests before this one
    # sent some, another would keep the chart from being quiet for a minute.
    if not eyes.in_store():
        eyes.send()
        wait_until(eyes.in_store, within_s=60, what=f"{plane} counts refused requests")
    wait_until(eyes.on_console, lambda rate: rate == 0, within_s=120, what=f"{plane}'s chart is quiet", every_s=1)
    for number in range(_REQUESTS):
        collector, store = eyes.in_collector(), eyes.in_store()
        eyes.send()
        sent = time.monotonic()
        of = f"{plane}: request {number} in the"
        taken["collector"].append(_arrives(eyes.in_collector, collector, sent, IN_COLLECTOR, f"{of} collector"))
        taken["store"].append(_arrives(eyes.in_store, store, sent, IN_STORE, f"{of} store"))
        if number == 0:  # its chart is quiet before the first one only
            taken["console"].append(_arrives(eyes.on_console, 0.0, sent, ON_CONSOLE, f"{of} console"))
    return taken


def test_a_request_is_in_collector_store_and_console_in_time(deployed: Deployment) -> None:
    with ThreadPoolExecutor(len(deployed.planes)) as pool:
        found = pool.map(lambda plane: _follow(Eyes(deployed=deployed, plane=plane)), deployed.planes)
        taken = dict(zip(deployed.planes, found, strict=True))
    for places in taken.values():
        for place, seconds in places.items():
            for each in seconds:
                deployed.figures.add(f"{deployed.platform}: request in the {place}", each, "s")
    bounds = {"collector": IN_COLLECTOR, "store": IN_STORE, "console": ON_CONSOLE}
    late = {
        (plane, place): of[place] for plane, of in taken.items() for place in of if median(of[place]) >= bounds[place]
    }
    assert late == {}


def _answers(deployed: Deployment, paths: Iterable[str]) -> dict[str, list[float]]:
    """Return how many seconds each of a few answers of the console took, by path."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(_REQUESTS):
        for path, seconds in taken.items():
            started = time.monotonic()
            answer = httpx.get(f"{deployed.url('console')}/api/v1/{path}", trust_env=False, timeout=_LOST_S)
            seconds.append(time.monotonic() - started)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            deployed.figures.add(f"{deployed.platform}: console query", seconds[-1], "s")
        time.sleep(_APART_S)
    return taken


def test_the_console_answers_in_time(deployed: Deployment) -> None:
    late = _answers(deployed, PATHS)
    for _ in range(_AGAIN):
        late = {path: seconds for path, seconds in late.items() if median(seconds) >= QUERY}
        if not late:
            return
        late = _answers(deployed, late)
    assert {path: seconds for path, seconds in late.items() if median(seconds) >= QUERY} == {}
