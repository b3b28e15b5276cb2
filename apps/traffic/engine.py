"""The load itself, with Locust. Importing this patches the process for gevent: only the command does it."""

import locust  # must come first: it patches sockets and threads before anything else takes them  # isort: skip

import logging
import math
import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import gevent
import gevent.event
import requests
from locust.env import Environment
from locust.runners import LocalRunner
from locust.stats import StatsEntry

from .endpoints import Endpoint, Weights, make_call
from .loads import MAX_RATE, Load
from .scenarios import Part
from .summary import Row, Summary, TargetSummary
from .targets import Target

# The slowest request takes 2 s. A user that starts one every 2 s or more is always back in time, so the rate does not
# fall when answers get slower (until they take longer than that).
SECONDS_PER_REQUEST: Final = 2.0
# Locust starts and stops users at this pace: at once, for any allowed rate. Slower, a spike fades out over seconds.
USERS_PER_SECOND: Final = MAX_RATE * SECONDS_PER_REQUEST
FINISH_SECONDS: Final = 5.0  # how long running requests may still take at the end
BACKSTOP_SECONDS: Final = 10.0  # the shape ends the run by itself this long after it should have been stopped
CHECK_SECONDS: Final = 5.0

_logger = logging.getLogger(__name__)


@dataclass
class Pace:
    """How often a user of one target sends, kept up to date by the shape."""

    users: int = 1
    period: float = SECONDS_PER_REQUEST

    def follow(self, rate: float) -> None:
        """Find users and period for `rate` requests per second: users / period = rate, exactly."""
        self.users = max(1, math.ceil(rate * SECONDS_PER_REQUEST))
        self.period = self.users / rate


class Shape(locust.LoadTestShape):
    """A Locust shape that follows a load's curve, second by second."""

    def __init__(self, load: Load, pace: Pace) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Locust annotates only parts of itself
        self._load = load
        self._pace = pace

    def tick(self) -> tuple[int, float] | None:
        """Users wanted now, all to be there at once; None ends the run."""
        second: float = self.get_run_time()  # type: ignore[no-untyped-call]  # see above
        if second > self._load.seconds + BACKSTOP_SECONDS:
            return None
        rate = self._load.rate_at(second)
        if rate > 0:
            self._pace.follow(rate)
        return self._pace.users, USERS_PER_SECOND


def make_user(part: Part, target: Target, pace: Pace) -> type[locust.FastHttpUser]:
    """Make a user class for one target: tasks by weight, a random point of the period first, then every period."""
    rng = random.Random()  # noqa: S311 - picks requests, guards nothing

    class PlaneUser(locust.FastHttpUser):
        host = target.url
        tasks = {_task(endpoint, rng): weight for endpoint, weight in part.weights}  # type: ignore[assignment]  # noqa: RUF012 - Locust reads the mapping from the class body and replaces it by a list
        connection_timeout = 5.0
        network_timeout = 10.0
        _due: float | None = None

        def on_start(self) -> None:
            self.wait()  # type: ignore[no-untyped-call]  # see above

        def wait_time(self) -> float:
            now = time.perf_counter()
            if self._due is None:
                self._due = now + rng.uniform(0, pace.period)
            else:
                self._due = max(self._due + pace.period, now)  # late: send at once, but do not catch up in a burst
            return self._due - now

    return PlaneUser


def _task(endpoint: Endpoint, rng: random.Random) -> Callable[[locust.FastHttpUser], None]:
    def send(user: locust.FastHttpUser) -> None:
        call = make_call(endpoint, rng)
        if call.body is None:
            user.client.request(call.method, call.path, name=call.name)
        else:
            user.client.request(call.method, call.path, name=call.name, json=call.body)

    return send


@dataclass
class Run:
    """One target under load."""

    target: Target
    part: Part
    pace: Pace = field(default_factory=Pace)
    answered: int = 0
    environment: Environment = field(init=False)
    runner: LocalRunner = field(init=False)

    def start(self) -> None:
        """Begin to send; returns at once."""
        self.pace.follow(self.part.load.rate_at(0))
        self.environment = Environment(
            user_classes=[make_user(self.part, self.target, self.pace)],
            shape_class=Shape(self.part.load, self.pace),
            stop_timeout=FINISH_SECONDS,
        )
        self.environment.events.request.add_listener(self._count)  # type: ignore[no-untyped-call]  # see above
        self.runner = self.environment.create_local_runner()
        self.runner.start_shape()

    def _count(self, *, response: Any = None, **_rest: object) -> None:  # noqa: ANN401 - Locust types it so
        if getattr(response, "status_code", None):
            self.answered += 1

    def stop(self, *, at_once: bool) -> None:
        """Stop sending; running requests may finish unless `at_once`."""
        if at_once:
            self.environment.stop_timeout = 0.0
        self.runner.quit()

    def summary(self, seconds: float) -> TargetSummary:
        """Figures after `seconds` of load."""
        wanted = self.part.load.wanted_until(seconds) / seconds
        entries = {name: entry for (name, _method), entry in self.environment.stats.entries.items()}
        names = _names(self.part.weights)
        all_weights = sum(weight for _, weight in self.part.weights)
        rows = [
            make_row(name, entries.get(name), seconds, wanted * weight / all_weights) for name, weight in names.items()
        ]
        return TargetSummary(
            target=self.target.name,
            url=self.target.url,
            pattern=self.part.load.pattern.value,
            answered=self.answered,
            rows=rows,
            total=make_row("all", self.environment.stats.total, seconds, wanted),
        )


def _names(weights: Weights) -> Mapping[str, int]:
    rng = random.Random(0)  # noqa: S311 - only the names of the calls are looked at
    return {make_call(endpoint, rng).name: weight for endpoint, weight in weights}


def make_row(name: str, entry: StatsEntry | None, seconds: float, wanted: float) -> Row:
    """Make a row of the summary; `entry` is None when the endpoint had no request."""
    p50, p95, p99 = (entry.get_response_time_percentile(share) if entry else 0 for share in (0.5, 0.95, 0.99))
    count = entry.num_requests if entry else 0
    return Row(
        endpoint=name,
        requests=count,
        failures=entry.num_failures if entry else 0,
        p50_ms=p50 or 0,
        p95_ms=p95 or 0,
        p99_ms=p99 or 0,
        rate=count / seconds,
        wanted_rate=wanted,
    )


def unreachable(targets: list[Target]) -> dict[Target, str]:
    """Targets where nobody answers HTTP, each with the reason."""
    reasons: dict[Target, str] = {}
    with requests.Session() as session:
        session.trust_env = False  # Locust's users ask no proxy either
        for target in targets:
            try:
                session.get(f"{target.url}/health", timeout=CHECK_SECONDS)
            except requests.RequestException as error:
                cause = error.args[0] if error.args else error
                reasons[target] = str(getattr(cause, "reason", cause))
    return reasons


def send_load(parts: Mapping[Target, Part]) -> Summary:
    """Send until the loads, all equally long, are over, or SIGINT or SIGTERM comes; always ends by itself.

    An interruption ends running requests too, so that the summary is there at once.
    """
    logging.getLogger("locust").setLevel(logging.ERROR)  # it warns of steep spawn rates, which are wanted here
    (seconds,) = {part.load.seconds for part in parts.values()}
    interrupted = gevent.event.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, interrupted.set)
    runs = [Run(target, part) for target, part in parts.items()]
    started = time.perf_counter()
    for run in runs:
        run.start()
    early = interrupted.wait(timeout=seconds)
    elapsed = min(time.perf_counter() - started, seconds)
    gevent.joinall([gevent.spawn(run.stop, at_once=early) for run in runs], timeout=2 * FINISH_SECONDS)
    return Summary(seconds=elapsed, interrupted=early, targets=[run.summary(elapsed) for run in runs])
