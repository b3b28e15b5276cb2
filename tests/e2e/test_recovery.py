"""Whatever is killed comes back by itself, and nothing that was stored is lost."""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deployments.docker import PLANES, DockerDeployment
from tests.deployments.traffic import visit_all
from tests.harness.waiting import wait_until

# In the order in which they are killed: the store last, for it tells what was stored before each kill.
ROLES = {
    "api": PLANES,
    "collector": PLANES,
    "alertmanager": ("control",),
    "console": ("control",),
    "prometheus": ("control",),
}
# The targets that tell of a role, and how many they are; the console is none. The store's kill interrupts all of them.
_TARGETS = {
    "api": ('{job="data-plane"}', len(PLANES)),
    "collector": ('{job=~"data-plane|otel-collector"}', 2 * len(PLANES)),
    "alertmanager": ('{job="alertmanager"}', 1),
    "prometheus": ("", 2 * len(PLANES) + 2),
}
_EVERYTHING = '{__name__!=""}'
_LOOK_BACK_S = 600
# After this a request is in its plane's collector.
_EXPORTED_S = 2
Samples = dict[tuple[tuple[str, str], ...], list[Any]]


@dataclass(frozen=True, kw_only=True)
class Kill:
    """The kill of a role's processes: when, what was stored by then, and after how many seconds others were healthy."""

    at: float
    before: Samples
    back: Future[float]


@dataclass(frozen=True, kw_only=True)
class Kills:
    """The kill of each role, and when (unix seconds) all roles were back or given up."""

    of: Mapping[str, Kill]
    over: float


def _stored(platform: DockerDeployment, until: float) -> Samples:
    samples = platform.store.samples(_EVERYTHING, until=until, seconds=_LOOK_BACK_S)
    # Three planes, each with more than a hundred series of its application and its collector.
    assert len(samples) > 300 * len(PLANES)
    return samples


def _assert_nothing_lost(before: Samples, after: Samples) -> None:
    lost = {
        labels: missing
        for labels, values in before.items()
        if (missing := [value for value in values if value not in after.get(labels, [])])
    }
    assert lost == {}


def _wait_scraped(platform: DockerDeployment, since: float, role: str = "prometheus") -> None:
    """Wait until each target that tells of a role is up with a sample of after ``since``."""
    selector, count = _TARGETS[role]
    wait_until(
        lambda: platform.store.value(f"count(timestamp(up{selector}) > {since} and up == 1)"),
        lambda seen: seen == count,
        within_s=60,
        what=f"every target that tells of {role} is scraped again",
    )


def _wait_back(platform: DockerDeployment, role: str, old: Mapping[str, int]) -> float:
    """Wait until other processes of a role are healthy; returns how many seconds that took."""
    begun = time.monotonic()

    def came_back() -> bool:
        states = [platform.engine.container(plane, role).attrs["State"] for plane in old]
        return all(
            state["Running"] and state["Pid"] != pid and state["Health"]["Status"] == "healthy"
            for state, pid in zip(states, old.values(), strict=True)
        )

    wait_until(came_back, within_s=90, what=f"{role} is back")
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def kills(shared: DockerDeployment) -> Kills:
    """One kill of each role, one after the other without waiting between them."""
    shared.restore()
    visit_all(shared, PLANES, rounds=1, reports=0)
    _wait_scraped(shared, time.time())
    of = {}
    with ThreadPoolExecutor(len(ROLES)) as pool:
        for role, planes in ROLES.items():
            at = time.time()
            before = _stored(shared, at)
            old = shared.engine.kill_processes(role, planes)
            of[role] = Kill(at=at, before=before, back=pool.submit(_wait_back, shared, role, old))
    return Kills(of=of, over=time.time())


@pytest.mark.parametrize("role", ROLES)
def test_a_killed_service_comes_back_and_no_sample_is_lost(shared: DockerDeployment, kills: Kills, role: str) -> None:
    kill = kills.of[role]
    shared.figures.add(f"{role} healthy after kill -9", kill.back.result(), "s")
    shared.store.wait_ready()
    if role in _TARGETS:
        _wait_scraped(shared, kills.over, role)
    _assert_nothing_lost(kill.before, _stored(shared, kill.at))


def test_a_restart_of_everything_keeps_history(platform: DockerDeployment) -> None:
    visit_all(platform, PLANES, rounds=1, reports=0)
    _wait_scraped(platform, time.time() + _EXPORTED_S)
    stopped_at = time.time()
    before = _stored(platform, stopped_at)
    containers = [platform.engine.container(plane, role) for role, planes in ROLES.items() for plane in planes]
    with ThreadPoolExecutor(len(containers)) as pool:
        list(pool.map(lambda container: container.restart(timeout=20), containers))
    platform.wait_well()
    _wait_scraped(platform, time.time())
    _assert_nothing_lost(before, _stored(platform, stopped_at))
