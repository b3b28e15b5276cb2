"""A remote plane with a workspace of its own: clients need the token, and what they sent outlives outage and kill."""

import time
from pathlib import Path

from tests.harness.managed_prometheus.agents import Programs, direct_collector
from tests.harness.managed_prometheus.stack import COLLECTOR, OWN, Aws
from tests.harness.otlp import Point, push
from tests.harness.processes import running
from tests.harness.waiting import wait_until

TOKEN = "0123456789abcdef" * 4
# A point that was acknowledged lies in the collector's batch for 0.2 s before it is on disk.
BATCHED_S = 2


def test_only_what_came_with_the_token_is_written_and_none_of_it_is_lost(
    aws: Aws, programs: Programs, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    collector = direct_collector(
        tmp_path / "collector",
        aws.amp.endpoint(OWN),
        environment=aws.pod(COLLECTOR),
        programs=programs,
        token_file=token,
    )
    frontend, store = aws.amp.service.workspaces[OWN], aws.amp.stored(OWN)
    liar = {"service.name": "branch", "service.instance.id": "branch-1", "data.plane.id": "forged"}

    def send(name: str, authorization: str | None) -> int:
        return push(collector.remote, [Point(name=name, resource=liar)], authorization=authorization).status_code

    with running(collector.program, collector.health):
        frontend.away = True
        try:
            assert send("visits_taken", f"Bearer {TOKEN}") == 200
            assert [send("visits_refused", header) for header in (None, f"Bearer {TOKEN[:-1]}")] == [401, 401]
            assert push(collector.otlp, [Point(name="visits_own", resource=liar)]).status_code == 200
            time.sleep(BATCHED_S)
            collector.program.kill()
            collector.program.start()
            collector.program.wait_ready(collector.health)
            assert store.vector('{__name__=~"visits_.+"}') == []
        finally:
            frontend.away = False
        stored = wait_until(
            lambda: store.get("series", **{"match[]": '{__name__=~"visits_.+"}'}),
            lambda series: len(series) == 2,
            within_s=60,
            what="both points in the plane's workspace",
        )
    assert {labels.pop("__name__") for labels in stored} == {"visits_taken", "visits_own"}
    for labels in stored:
        assert labels == {
            "data_plane_id": "shop",
            "environment": "production",
            "exported_instance": "branch-1",
            "exported_job": "branch",
            "job": "data-plane",
            "otel_scope_name": "test",
        }
