"""Three incidents at once: a plane that fails requests, one that cannot be scraped, one that falls silent."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.deployments.docker import FAILING, FLAWLESS, DockerDeployment
from tests.deployments.traffic import visit_all
from tests.harness.waiting import wait_until

UNREACHABLE, SILENT = "dev", FLAWLESS
# Seconds. Silence is a window of 60 s and two scrapes; errors are held for 60 s; the rest is one scrape, one
# evaluation and the wait of the group, on a machine that has other things to do.
FIRES_WITHIN = 150
# The group's interval is 60 s.
RESOLVES_WITHIN = 120


@pytest.fixture(scope="module")
def incidents(shared: DockerDeployment) -> Iterator[DockerDeployment]:
    """The stack with the incidents begun; all services run again afterwards."""
    shared.restore()
    collector = shared.engine.container(UNREACHABLE, "collector")
    api = shared.engine.container(SILENT, "api")
    collector.stop()
    api.stop()
    # More than the 20 requests below which a ratio means nothing.
    visit_all(shared, [FAILING], rounds=3, payments=10, reports=0)
    try:
        yield shared
    finally:
        collector.start()
        api.start()


def _told(platform: DockerDeployment, name: str, plane: str, status: str) -> dict[str, Any]:
    """Wait until the webhook got the alert; returns it."""
    begun = time.monotonic()
    alerts = wait_until(
        lambda: [alert for alert in platform.receiver.alerts(name, plane) if alert["status"] == status],
        within_s=FIRES_WITHIN if status == "firing" else RESOLVES_WITHIN,
        what=f"{name} of {plane} {status} at the webhook",
        every_s=1,
    )
    platform.figures.add(f"{name} of {plane} {status} at the webhook, waited", time.monotonic() - begun, "s")
    alert: dict[str, Any] = alerts[-1]
    return alert


def test_a_plane_that_cannot_be_scraped_is_reported(incidents: DockerDeployment) -> None:
    alert = _told(incidents, "DataPlaneDown", UNREACHABLE, "firing")
    assert (alert["labels"]["environment"], alert["labels"]["severity"]) == (UNREACHABLE, "critical")
    assert alert["labels"]["reason"] == "unreachable"
    assert alert["annotations"]["runbook"] == "docs/runbooks/DataPlaneDown.md"


def test_a_plane_that_falls_silent_is_reported(incidents: DockerDeployment) -> None:
    alert = _told(incidents, "DataPlaneDown", SILENT, "firing")
    assert alert["labels"]["reason"] == "silent"


def test_a_plane_that_fails_requests_is_reported(incidents: DockerDeployment) -> None:
    alert = _told(incidents, "HighErrorRate", FAILING, "firing")
    assert alert["labels"]["severity"] == "critical"
    assert FAILING in alert["annotations"]["summary"]


def test_the_console_shows_the_incidents(incidents: DockerDeployment) -> None:
    def ask(path: str) -> Any:
        url = f"{incidents.outputs.console_url}/api/v1/{path}"
        return httpx.get(url, trust_env=False, timeout=10).raise_for_status().json()

    states = {plane["id"]: plane["state"] for plane in ask("planes")["planes"]}
    assert states == {UNREACHABLE: "down", SILENT: "down", FAILING: "degraded"}
    assert ask("health")["state"] == "down"
    firing = {
        (alert["name"], alert["data_plane_id"]) for alert in ask("alerts")["alerts"] if alert["state"] == "firing"
    }
    assert firing >= {("DataPlaneDown", UNREACHABLE), ("DataPlaneDown", SILENT), ("HighErrorRate", FAILING)}


def test_nobody_is_told_of_what_did_not_happen(incidents: DockerDeployment) -> None:
    for name, plane in (("HighErrorRate", SILENT), ("HighErrorRate", UNREACHABLE), ("DataPlaneDown", FAILING)):
        assert incidents.receiver.alerts(name, plane) == []


def test_the_end_of_the_incidents_is_reported(incidents: DockerDeployment) -> None:
    incidents.engine.container(UNREACHABLE, "collector").start()
    incidents.engine.container(SILENT, "api").start()
    for plane in (UNREACHABLE, SILENT):
        _told(incidents, "DataPlaneDown", plane, "resolved")
