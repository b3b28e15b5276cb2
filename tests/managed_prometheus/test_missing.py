"""Planes in one workspace that agents write to, with the store's memory shortened: one is never seen, one goes."""

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from apps.console.settings import Settings
from apps.console.tests.conftest import UNLIMITED, console
from apps.console.tests.test_planes import plane
from apps.console.tests.waiting import until
from config.packs import expected
from config.packs.expected import ExpectedPlane
from config.services.managed_rules import namespaces
from tests.harness.managed_prometheus.agents import SCRAPE_S, Plane, Programs, agent_program
from tests.harness.managed_prometheus.counting import counting
from tests.harness.managed_prometheus.local import FORGETFUL, FORGETFUL_S, REGION
from tests.harness.managed_prometheus.stack import AGENT, CONSOLE, Aws
from tests.harness.processes import running
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until
from tests.managed_prometheus.conftest import BePod

SEEN, NEVER = "seen-once", "never-seen"
PLANES = tuple(ExpectedPlane(data_plane_id=name, environment=f"{name}-environment") for name in (SEEN, NEVER))
# The service evaluates every 30 s and the alert is held for 150; both are shortened, as the store's memory is.
SHORTENED = (("interval: 30s", "interval: 1s"), ("for: 150s", "for: 3s"), ("for: 300s", "for: 3s"))


def missing(store: Store) -> set[str]:
    rows = store.vector('ALERTS{alertname="DataPlaneDown", reason="missing", alertstate="firing"}')
    return {labels["data_plane_id"] for labels, _ in rows}


async def test_planes_that_are_not_seen_are_missing_after_the_store_has_forgotten_them(
    aws: Aws, programs: Programs, tmp_path: Path, be_pod: BePod
) -> None:
    workspace, store = aws.amp.stores[FORGETFUL], aws.amp.stored(FORGETFUL)
    (space,) = namespaces(expected.rules(PLANES, scrape_interval_s=SCRAPE_S))
    text = space.text
    for said, instead in SHORTENED:
        assert said in text
        text = text.replace(said, instead)
    be_pod(CONSOLE)
    settings = Settings(
        prometheus_url=aws.amp.endpoint(FORGETFUL),
        prometheus_auth="sigv4",
        aws_region=REGION,
        control_plane_jobs=(),
        rate_limit=UNLIMITED,
        scrape_interval_seconds=SCRAPE_S,
        web_root=tmp_path,
    )
    with ExitStack() as stack:
        made = Plane(name=SEEN, application=stack.enter_context(counting()), telemetry=stack.enter_context(counting()))
        workspace.put_rules(space.name, text)
        stack.callback(workspace.delete_rules, space.name)
        program, ready = agent_program(
            tmp_path / "agent",
            "missing",
            aws.amp.endpoint(FORGETFUL),
            (made,),
            environment=aws.pod(AGENT),
            programs=programs,
        )
        with running(program, ready):
            wait_until(lambda: missing(store), lambda seen: seen == {NEVER}, within_s=60, what="one is missing")
        # The agent is gone, and with it every scrape.
        went = time.monotonic()
        wait_until(lambda: missing(store), lambda seen: seen == {SEEN, NEVER}, within_s=60, what="both are missing")
        await asyncio.sleep(max(0.0, went + 2 * FORGETFUL_S - time.monotonic()))
        assert store.vector("up") == []
        assert missing(store) == {SEEN, NEVER}
        async with console(settings) as client:
            body: Any = await until(client, "/api/v1/planes", lambda body: plane(body, SEEN)["state"] == "missing")
            assert plane(body, NEVER)["state"] == "missing"
            health: httpx.Response = await client.get("/api/v1/health")
        assert health.json()["state"] == "down"
        assert "missing" in health.json()["reason"]
