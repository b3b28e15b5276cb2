"""A plane that exposes more than it may: seen as down itself, nobody else is touched."""

from pathlib import Path

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, push
from tests.unit.services.servers import running


def test_a_flood_stops_at_the_plane_that_sends_it(tmp_path: Path) -> None:
    with running(tmp_path, PlaneLimits(samples=100)) as stack:
        push(stack.otlp, [Point(name="little", attributes={"n": str(n)}) for n in range(50)])
        stack.wait_for('up{job="data-plane"} == 1 and on (job) count by (job) (little) == 50')
        push(stack.otlp, [Point(name="flood", attributes={"n": str(n)}) for n in range(100)])
        stack.wait_for('up{job="data-plane"} == 0')
        assert stack.series("flood") == []
        stack.wait_for('count(up{job=~"otel-collector|prometheus"} == 1) == 2')
