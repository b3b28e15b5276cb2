"""How quickly the console answers while planes are under load and several people look."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from benchmarks.model import Cell, Section, quantile
from benchmarks.processes import BenchmarkError
from delivery.outputs import Outputs
from tests.harness.pulumi import ROOT

NAME = "queries"
_BOUND_S = 2.0
_PATHS = {
    "planes": "/api/v1/planes",
    "series, 24 h": "/api/v1/series?metric=latency_p95&range=24h",
    "series, 5 m": "/api/v1/series?metric=request_rate&range=5m",
}
_PEOPLE = 4
# Requests a second of all people together, below the console's 600 a minute for one address.
_RATE = 8.0
_SECONDS, _QUICK_SECONDS = 60.0, 15.0
# Requests a second to each plane.
_LOAD = 10


def run(outputs: Outputs, *, quick: bool, note: Callable[[str], None]) -> Section:
    """Ask each path in turn from a few threads, first without and then with load on every plane."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    found: dict[tuple[str, str], list[float]] = {}
    for load in (0, _LOAD):
        words = f"{load} requests/s each" if load else "no load"
        note(f"console: {_PEOPLE} users for {seconds:g} s, {words}")
        traffic = _load(outputs, load, seconds + 10) if load else None
        if traffic is not None:
            time.sleep(5)
        for name, took in _ask(outputs.console_url, seconds).items():
            found[name, words] = took
        if traffic is not None and traffic.wait():
            raise BenchmarkError(f"the load could not be sent: code {traffic.returncode}")
    return Section(
        name=NAME,
        title="Response times of the console",
        columns=("query", "planes", "asked", "p50 s", "p95 s", "worst s", "bound s", "p95 ÷ bound"),
        rows=tuple(_row(name, words, took) for (name, words), took in sorted(found.items())),
        notes=(
            f"{_PEOPLE} users at {_RATE:g} requests/s together; responses up to 2 s old come from the console's cache.",
            "The stack is minutes old: a range of 24 h has its full number of points, most of them empty.",
        ),
        samples={f"{name}/{words}": tuple(took) for (name, words), took in found.items()},
    )


def _ask(console: str, seconds: float) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in _PATHS}
    ended = time.monotonic() + seconds

    def person(number: int) -> None:
        turn = number
        with httpx.Client(base_url=console, timeout=30, trust_env=False) as client:
            while (begun := time.monotonic()) < ended:
                name = list(_PATHS)[turn % len(_PATHS)]
                client.get(_PATHS[name]).raise_for_status()
                spent = time.monotonic() - begun
                took[name].append(spent)
                turn += 1
                time.sleep(max(0.0, _PEOPLE / _RATE - spent))

    with ThreadPoolExecutor(_PEOPLE) as pool:
        list(pool.map(person, range(_PEOPLE)))
    return took


def _load(outputs: Outputs, rate: int, seconds: float) -> subprocess.Popen[bytes]:
    targets = [part for name, plane in outputs.data_planes.items() for part in ("--target", f"{name}={plane.api_url}")]
    return subprocess.Popen(
        [sys.executable, "-m", "apps.traffic", *targets, "--rate", str(rate), "--duration", f"{seconds:g}"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _row(name: str, words: str, took: list[float]) -> tuple[Cell, ...]:
    if not took:
        return (name, words, 0, None, None, None, _BOUND_S, None)
    half, most, worst = (quantile(took, share) for share in (0.5, 0.95, 1.0))
    return (name, words, len(took), half, most, worst, _BOUND_S, most / _BOUND_S)
