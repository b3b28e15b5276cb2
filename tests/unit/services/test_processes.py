"""Clients that name no instance, at addresses of their own: what each counts is kept apart."""

from pathlib import Path

import httpx

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, request
from tests.unit.services.servers import running

TOKEN = "correct-horse"
COUNTS = {"127.0.0.2": 580.0, "127.0.0.3": 174.0}


def test_the_address_tells_the_planes_own_clients_apart(tmp_path: Path) -> None:
    assert _stored(tmp_path, token=None) == COUNTS


def test_clients_behind_an_edge_are_not_told_apart_by_its_pods(tmp_path: Path) -> None:
    # Here both addresses would be the edge's, and one client's exports come from either.
    assert _stored(tmp_path, token=TOKEN) == {"": 174.0}


def _stored(folder: Path, *, token: str | None) -> dict[str, float]:
    with running(folder, PlaneLimits(), token=token) as stack:
        base = stack.remote if token else stack.otlp
        for address, count in COUNTS.items():
            # A connection for each export, as after a failure: still the same process.
            for name, value in (("events", count), ("sent", 1.0)):
                _send(base, address, Point(name=name, value=value, resource={"service.name": "shop"}))
        stack.wait_for("count_over_time(sent[5m]) >= 3")
        return {labels.get("exported_instance", ""): value for labels, value in stack.value("events")}


def _send(base: str, address: str, point: Point) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), headers=headers) as client:
        assert client.post(f"{base}/v1/metrics", json=request([point])).status_code == 200
