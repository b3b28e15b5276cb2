"""What two agents and a collector promise: identity, no duplicates, nothing lost by throttling, outages and kills."""

import re
from pathlib import Path

import httpx
import pytest

from tests.harness.managed_prometheus.agents import SCRAPE_S, Programs, agent_program
from tests.harness.managed_prometheus.outage import Recording, record
from tests.harness.managed_prometheus.service import Outcome
from tests.harness.managed_prometheus.stack import AGENT, OWN, SHARED, Aws
from tests.harness.processes import Program, running
from tests.harness.waiting import wait_until

OUTAGE_S = 60.0
_REFUSED = re.compile(r"\bserver returned HTTP status 403 Forbidden\b")
# What the machine's own load may delay scrapes by (3.3 s seen at a load of 20); what an outage lost would be 45 s.
PATIENCE_S = 10 * SCRAPE_S


@pytest.fixture(scope="module")
def recording(aws: Aws, programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(aws, tmp_path_factory.mktemp("outage"), programs, planes=3, outage_s=OUTAGE_S)


def test_every_scrape_of_an_agent_that_was_listened_to_is_stored(recording: Recording, aws: Aws) -> None:
    for plane in recording.planes:
        stored = plane.stored(aws.amp.stored(SHARED))
        assert plane.application.lost({number for _, number in stored}) == []


def test_an_outage_with_an_agent_killed_in_it_leaves_no_gap(recording: Recording, aws: Aws) -> None:
    assert recording.over - recording.began >= OUTAGE_S
    store = aws.amp.stored(SHARED)
    for plane in recording.planes:
        times = recording.times(plane, store)
        assert times[0] < recording.began
        assert times[-1] > recording.over
        assert recording.longest_gap(plane, store) < PATIENCE_S


def test_two_agents_store_each_moment_once_under_the_planes_identity(recording: Recording, aws: Aws) -> None:
    store = aws.amp.stored(SHARED)
    for plane in recording.planes:
        (series,) = store.get(
            "series", **{"match[]": f'scrapes_total{{job="data-plane",data_plane_id="{plane.name}"}}'}
        )
        assert series == {
            "__name__": "scrapes_total",
            "cluster": "planewatch-prod",
            "data_plane_id": plane.name,
            "environment": f"{plane.name}-environment",
            "instance": plane.application.address,
            "job": "data-plane",
        }
        # Before the outage both scraped once a second; twice as many samples would be both.
        before = [when for when, _ in plane.stored(store) if when < recording.began]
        assert len(before) <= (before[-1] - before[0]) / SCRAPE_S + 2
    assert store.value("count(up)") == 2 * len(recording.planes)
    assert aws.amp.service.workspaces[SHARED].outcomes[Outcome.DEDUPLICATED] > 0


def test_throttled_writes_were_tried_again(recording: Recording, aws: Aws) -> None:
    throttled = sum(aws.amp.service.workspaces[name].outcomes[Outcome.THROTTLED] for name in (SHARED, OWN))
    assert throttled == 5
    assert recording.steps > 0


def test_memory_stays_bounded_while_the_service_is_away(recording: Recording) -> None:
    for memory in (recording.agent_memory, recording.collector_memory):
        assert memory.after < memory.before + 64, memory
    assert recording.collector_memory.after < 256


def test_a_collector_with_its_own_workspace_keeps_every_point_through_outage_and_kill(
    recording: Recording, aws: Aws
) -> None:
    (points,) = aws.amp.stored(OWN).samples("steps", until=recording.ended + 600, seconds=3600).values()
    assert sorted({int(float(value)) for _, value in points}) == list(range(1, recording.steps + 1))


def test_a_collector_with_its_own_workspace_is_seen_as_if_scraped(recording: Recording, aws: Aws) -> None:
    assert recording.steps > 0
    (series,) = aws.amp.stored(OWN).get("series", **{"match[]": "steps"})
    assert series == {
        "__name__": "steps",
        "data_plane_id": "shop",
        "environment": "production",
        "exported_instance": "shop-1",
        "exported_job": "shop",
        "job": "data-plane",
        "otel_scope_name": "test",
    }


def test_an_agent_that_may_not_write_says_so_and_stores_nothing(
    aws: Aws, programs: Programs, tmp_path: Path, recording: Recording
) -> None:
    store = aws.amp.stored(OWN)
    # Of any time, also of those that a query of this moment would not show.
    before = sorted(map(str, store.get("series", **{"match[]": '{__name__=~".+"}'})))
    assert before
    agent, ready = agent_program(
        tmp_path / "agent",
        "agent-x",
        aws.amp.endpoint(OWN),
        recording.planes,
        environment=aws.pod(AGENT),
        programs=programs,
    )
    assert "aps:RemoteWrite" in _refusal(agent, ready)
    assert sorted(map(str, store.get("series", **{"match[]": '{__name__=~".+"}'}))) == before


def test_an_agent_reads_a_changed_configuration_by_itself(
    aws: Aws, programs: Programs, tmp_path: Path, recording: Recording
) -> None:
    agent, ready = agent_program(
        tmp_path / "agent",
        "agent-z",
        aws.amp.endpoint(SHARED),
        recording.planes[:1],
        environment=aws.pod(AGENT),
        programs=programs,
    )
    with running(agent, ready):
        config = tmp_path / "agent" / "prometheus.yml"
        config.write_text(config.read_text().replace("scrape_interval: 1s", "scrape_interval: 7s"))
        status = ready.replace("/-/ready", "/api/v1/status/config")
        wait_until(
            lambda: "scrape_interval: 7s" in httpx.get(status, trust_env=False).json()["data"]["yaml"],
            within_s=60,
            what="the agent runs with the changed configuration",
        )


def test_an_agent_with_a_wrong_secret_says_so(
    aws: Aws, programs: Programs, tmp_path: Path, recording: Recording
) -> None:
    given = aws.amp.credentials("arn:aws:iam::123456789012:role/agent").environment
    wrong = {**given, "AWS_SECRET_ACCESS_KEY": "guessed"}
    agent, ready = agent_program(
        tmp_path / "agent", "agent-y", aws.amp.endpoint(SHARED), recording.planes, environment=wrong, programs=programs
    )
    assert "signature" in _refusal(agent, ready)


def _refusal(agent: Program, ready: str) -> str:
    """Return the line in which the agent says that the service refused it: the status, and not any 403 in a log."""

    def refusals() -> list[str]:
        return [line for line in agent.said.splitlines() if _REFUSED.search(line)]

    agent.start()
    try:
        agent.wait_ready(ready)
        return wait_until(refusals, within_s=60, what="the agent says that it was refused")[0]
    finally:
        agent.stop()
