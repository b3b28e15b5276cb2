"""A store whose rules say what the stack expects: what is not seen is missing, limits are those of the stack."""

import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.console.tests.conftest import console, console_settings
from apps.console.tests.fake_planes import FakePlane, Mode
from apps.console.tests.store import Store, running_store
from apps.console.tests.test_planes import plane
from apps.console.tests.waiting import until

PLANES, HEALTH = "/api/v1/planes", "/api/v1/health"


def expecting(record: str, **values: float) -> str:
    """Return a rule as the stack writes it: the values of all planes in one expression."""
    joined = " or ".join(
        f'label_replace(label_replace(vector({value}), "environment", "stack", "", ""),'
        f' "data_plane_id", "{name}", "", "")'
        for name, value in values.items()
    )
    return f"      - {{record: '{record}', expr: '{joined}'}}\n"


PODS = "".join(
    f"      - {{record: 'data_plane_workload:pods:{what}', expr: '"
    + " or ".join(
        f'label_replace(label_replace(label_replace(vector({count}), "environment", "stack", "", ""),'
        f' "data_plane_id", "{name}", "", ""), "workload", "{workload}", "", "")'
        for name, workload, count in pods
    )
    + "'}\n"
    for what, pods in (
        ("expected", (("short", "api", 3), ("none", "api", 1), ("none", "shop", 1), ("quiet", "api", 2))),
        ("ready", (("short", "api", 2), ("none", "shop", 1), ("quiet", "api", 5))),
    )
)
RULES = (
    "groups:\n  - name: expected\n    rules:\n"
    + expecting("data_plane:collectors:expected", lenient=1, quiet=1, ghost=1, leaver=1, short=1, none=1)
    + expecting("data_plane:silence:normal", lenient=0, quiet=1, ghost=0, leaver=0)
    + expecting("data_plane:error_ratio:limit", lenient=0.5, quiet=0.05, ghost=0.05, leaver=0.05)
    + expecting("data_plane:latency_seconds:limit_p95", lenient=1, quiet=1, ghost=1, leaver=1)
    + PODS
    + """      - {record: 'job:targets:expected', expr: 'label_replace(vector(2), "job", "prometheus", "", "")'}\n"""
)


@pytest.fixture(scope="module")
def expecting_store(programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    del programs
    planes = [
        FakePlane(id="lenient", environment="stack", rate=40, median=0.08, errors=0.2),
        FakePlane(id="quiet", environment="stack", rate=0, median=0.08, errors=0, mode=Mode.SILENT),
        FakePlane(id="leaver", environment="stack", rate=5, median=0.08, errors=0),
        FakePlane(id="short", environment="stack", rate=5, median=0.08, errors=0),
        FakePlane(id="none", environment="stack", rate=5, median=0.08, errors=0),
        FakePlane(id="stranger", environment="stack", rate=5, median=0.08, errors=0),
    ]
    with running_store(tmp_path_factory.mktemp("expecting"), planes, rules=RULES) as running:
        yield running


@pytest.fixture
async def client(expecting_store: Store, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with console(console_settings(expecting_store.url, tmp_path)) as made:
        yield made


async def test_a_plane_that_was_never_seen_is_missing_and_the_system_is_not_well(client: httpx.AsyncClient) -> None:
    body = await until(client, PLANES, lambda body: plane(body, "ghost") != {})
    ghost = plane(body, "ghost")
    assert (ghost["environment"], ghost["state"], ghost["reason"]) == ("stack", "missing", "expected, but not seen")
    assert (ghost["request_rate"], ghost["last_scrape_age"]) == (None, None)
    health = await until(client, HEALTH, lambda body: body["planes"]["missing"] == 1)
    assert (health["state"], health["reason"]) == ("down", "data plane ghost is missing")


async def test_a_missing_plane_can_be_looked_at(client: httpx.AsyncClient) -> None:
    await until(client, PLANES, lambda body: plane(body, "ghost") != {})
    answer = await client.get("/api/v1/summary?plane=ghost")
    assert (answer.status_code, [each["id"] for each in answer.json()["planes"]]) == (200, ["ghost"])


async def test_targets_that_are_expected_count_whether_they_are_there_or_not(client: httpx.AsyncClient) -> None:
    health = await until(client, HEALTH, lambda body: body["jobs"] and body["jobs"][0]["total"] == 2)
    assert health["jobs"][0] == {"job": "prometheus", "state": "degraded", "up": 1, "total": 2}


async def test_a_workload_with_fewer_ready_pods_than_expected_is_told_at_its_plane(client: httpx.AsyncClient) -> None:
    body = await until(client, PLANES, lambda body: plane(body, "none").get("state") == "degraded")
    assert [(plane(body, name)["state"], plane(body, name)["reason"]) for name in ("short", "none")] == [
        ("degraded", "only 2 of 3 expected pods of api are ready"),
        ("degraded", "none of 1 expected pods of api is ready"),
    ]


@pytest.fixture
def remembering_store(programs: None, tmp_path: Path) -> Iterator[Store]:
    """A store whose rules recorded what is expected until a quarter of an hour ago."""
    del programs
    history, before = tmp_path / "history.txt", time.time() - 900
    history.write_text(
        f'job:targets:expected{{job="prometheus"}} 2 {before:.0f}\n'
        f'data_plane:collectors:expected{{environment="stack",data_plane_id="ghost"}} 1 {before:.0f}\n# EOF\n'
    )
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(history), str(tmp_path / "data")]
    subprocess.run(command, check=True, capture_output=True)
    with running_store(tmp_path, [], rules="groups: []\n") as store:
        yield store


async def test_what_was_expected_is_remembered_while_nothing_can_be_recorded(
    remembering_store: Store, tmp_path: Path
) -> None:
    async with console(console_settings(remembering_store.url, tmp_path)) as client:
        health = await until(client, HEALTH, lambda body: body["planes"]["missing"] == 1)
        assert health["jobs"][0] == {"job": "prometheus", "state": "degraded", "up": 1, "total": 2}


async def test_limits_are_those_that_the_stack_records(client: httpx.AsyncClient) -> None:
    def judged(body: Any) -> bool:
        lenient = plane(body, "lenient")
        # One error in five is over the limit of others, and the plane has requests enough.
        return bool((lenient.get("error_ratio") or 0) > 0.1 and (lenient["request_rate"] or 0) > 10)

    body = await until(client, PLANES, judged)
    assert (plane(body, "lenient")["state"], plane(body, "lenient")["reason"]) == ("up", None)


async def test_silence_that_is_normal_is_up_and_said(client: httpx.AsyncClient) -> None:
    body = await until(client, PLANES, lambda body: plane(body, "quiet").get("state") == "up")
    assert plane(body, "quiet")["reason"] == "its applications send nothing, which its settings call normal"


async def test_planes_that_go_are_missing_where_the_stack_expects_them_and_left_out_where_not(
    client: httpx.AsyncClient, expecting_store: Store
) -> None:
    await until(client, PLANES, lambda body: {"leaver", "stranger"} <= {each["id"] for each in body["planes"]})
    there = list(expecting_store.planes)
    expecting_store.planes[:] = [each for each in there if each.id not in ("leaver", "stranger")]
    expecting_store.write_targets()
    try:
        body = await until(client, PLANES, lambda body: plane(body, "leaver")["state"] == "missing")
        assert plane(body, "leaver")["reason"].startswith("expected, but not seen for ")
        await until(client, PLANES, lambda body: plane(body, "stranger") == {})
    finally:
        expecting_store.planes[:] = there
        expecting_store.write_targets()
    await until(client, PLANES, lambda body: plane(body, "leaver").get("state") == "up")
