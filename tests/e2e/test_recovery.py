"""Whatever is killed comes back by itself, and nothing that was stored is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.deployments.docker import PLANES, DockerDeployment
from tests.deployments.traffic import visit_all
from tests.harness.waiting import wait_until

ROLES = {
    "api": PLANES,
    "collector": PLANES,
    "prometheus": ("control",),
    "alertmanager": ("control",),
    "console": ("control",),
}
_EVERYTHING = '{__name__!=""}'
_LOOK_BACK_S = 600
Samples = dict[tuple[tuple[str, str], ...], list[Any]]


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


def _wait_scraping(platform: DockerDeployment) -> None:
    """Wait until every target is up with a sample of after now."""
    now = time.time()
    wait_until(
        lambda: platform.store.value(f"count(timestamp(up) > {now} and up == 1)"),
        lambda seen: seen == 2 * len(PLANES) + 2,
        within_s=60,
        what="every target is scraped again",
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_killed_service_comes_back_and_no_sample_is_lost(platform: DockerDeployment, role: str) -> None:
    visit_all(platform, PLANES, rounds=1, reports=0)
    _wait_scraping(platform)
    killed_at = time.time()
    before = _stored(platform, killed_at)
    old = {plane: platform.engine.kill_process(plane, role) for plane in ROLES[role]}
    begun = time.monotonic()

    def came_back() -> bool:
        states = [platform.engine.container(plane, role).attrs["State"] for plane in old]
        return all(
            state["Running"] and state["Pid"] != pid and state["Health"]["Status"] == "healthy"
            for state, pid in zip(states, old.values(), strict=True)
        )

    wait_until(came_back, within_s=90, what=f"{role} is back")
    platform.store.wait_ready()
    platform.figures.add(f"{role} healthy after kill -9", time.monotonic() - begun, "s")
    _wait_scraping(platform)
    _assert_nothing_lost(before, _stored(platform, killed_at))


def test_a_restart_of_everything_keeps_history(platform: DockerDeployment) -> None:
    stopped_at = time.time()
    before = _stored(platform, stopped_at)
    containers = [platform.engine.container(plane, role) for role, planes in ROLES.items() for plane in planes]
    with ThreadPoolExecutor(len(containers)) as pool:
        list(pool.map(lambda container: container.restart(timeout=20), containers))
    platform.wait_well()
    _wait_scraping(platform)
    _assert_nothing_lost(before, _stored(platform, stopped_at))
