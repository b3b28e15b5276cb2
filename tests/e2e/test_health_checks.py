"""Health checks: they cost the engine next to nothing while all is well, and still find a sick service soon."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.deployments.docker import DockerDeployment
from tests.harness.containers import PROBE
from tests.harness.waiting import wait_until

_LOOKED_AT_S = 20
# A check waits at most this long for an answer; on a busy machine one may come too late, and two brief checks follow.
_SETTLED_WITHIN_S = 120
_FOUND_WITHIN_S = 30
# How many checks have passed since the last miss; after two, one stays.
_PASSED = "/dev/shm/planewatch-health"


def _checks_begun(platform: DockerDeployment, seconds: int) -> Counter[str]:
    """Count the processes that the engine starts in each service from now on."""
    begun = int(time.time()) + 1
    time.sleep(seconds + 1)
    events = platform.engine.client.events(
        since=begun, until=begun + seconds, decode=True, filters=platform.engine.filters
    )
    return Counter(
        event["Actor"]["Attributes"]["name"] for event in events if event.get("Action", "").startswith("exec_start")
    )


def test_a_check_stays_for_as_long_as_its_service_answers(platform: DockerDeployment) -> None:
    """A check every five seconds would be four for each service."""
    wait_until(
        lambda: _checks_begun(platform, _LOOKED_AT_S),
        lambda begun: all(count <= 1 for count in begun.values()),
        within_s=_SETTLED_WITHIN_S,
        what="at most one check of each service in 20 s",
    )
    assert set(platform.engine.health().values()) == {"healthy"}
    for service in platform.engine.services():
        plane, _, role = service.partition("-")
        assert _left_behind(platform, plane, role) == [], service


def _left_behind(platform: DockerDeployment, plane: str, role: str) -> list[str]:
    """Return the zombies in a container: a service does not expect the children that a check would leave it."""
    code, processes = platform.engine.execute(plane, role, PROBE, "ps", "-o", "stat,args")
    assert code == 0, processes
    return [line for line in processes.splitlines() if line.startswith("Z")]


@contextmanager
def _hanging(platform: DockerDeployment, plane: str, role: str) -> Iterator[None]:
    platform.engine.signal("STOP", role, [plane])
    try:
        yield
    finally:
        platform.engine.signal("CONT", role, [plane])


def test_a_service_that_hangs_is_found_while_a_check_stays(platform: DockerDeployment) -> None:
    wait_until(
        lambda: platform.engine.execute("control", "alertmanager", PROBE, "cat", _PASSED),
        lambda passed: passed == (0, "2\n"),
        within_s=30,
        what="the next check of Alertmanager stays",
    )
    begun = time.monotonic()
    with _hanging(platform, "control", "alertmanager"):
        wait_until(
            platform.engine.health,
            lambda seen: seen["control-alertmanager"] == "unhealthy",
            within_s=_FOUND_WITHIN_S,
            what="a hanging service is unhealthy",
        )
        platform.figures.add("a service that hangs is found unhealthy after", time.monotonic() - begun, "s")
    wait_until(
        platform.engine.health,
        lambda seen: seen["control-alertmanager"] == "healthy",
        within_s=15,
        what="a service that answers again is healthy",
    )
    assert _left_behind(platform, "control", "alertmanager") == []


def test_a_service_that_starts_again_is_healthy_with_the_engine_s_first_check(platform: DockerDeployment) -> None:
    container = platform.engine.container("control", "alertmanager")
    container.restart(timeout=20)
    # A check that stays from the beginning would tell after two minutes.
    wait_until(
        platform.engine.health,
        lambda seen: seen["control-alertmanager"] == "healthy",
        within_s=20,
        what="a service that was started again is healthy",
    )
    checks = platform.engine.services()["control-alertmanager"]["State"]["Health"]["Log"]
    assert checks[-1]["ExitCode"] == 0
