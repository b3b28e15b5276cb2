"""A plane that exposes more than it may: seen as down itself, nobody else is touched."""

from pathlib import Path

import httpx

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, push
from tests.harness.waiting import wait_until
from tests.unit.services.servers import Stack, running


def exposed(stack: Stack, name: str) -> int:
    """Count the series of a metric that the collector shows."""
    lines = httpx.get(stack.exposition, timeout=10, trust_env=False).text.splitlines()
    return sum(line.startswith(f"{name}{{") for line in lines)


def test_a_flood_stops_at_the_plane_that_sends_it(tmp_path: Path) -> None:
    with running(tmp_path, PlaneLimits(samples=100)) as stack:
        push(stack.otlp, [Point(name="little", attributes={"n": str(n)}) for n in range(50)])
        stack.wait_for('up{job="data-plane"} == 1 and on (job) count by (job) (little) == 50')
        push(stack.otlp, [Point(name="flood", attributes={"n": str(n)}) for n in range(100)])
        wait_until(
            lambda: exposed(stack, "flood"), lambda count: count == 100, within_s=60, what="the flood is exposed"
        )
        # Refused for its size, which is told: a scrape that came too late on a busy machine has none.
        stack.wait_for('up{job="data-plane"} == 0 and on (job) scrape_samples_scraped{job="data-plane"} > 100')
        assert stack.series("flood") == []
        stack.wait_for('count(up{job=~"otel-collector|prometheus"} == 1) == 2')
