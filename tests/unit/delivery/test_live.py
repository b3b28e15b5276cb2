"""What is live and differs from the state is named, by answers of the engine; nothing unknown passes for well."""

import copy
from pathlib import Path
from typing import Any

import pytest

from delivery import live
from delivery.engine import Engine
from delivery.live.docker_engine import container, image
from delivery.recorded import Resource
from delivery.workspace import Workspace
from tests.harness.ports import free_port
from tests.harness.pulumi import ROOT

RECORDED = {
    "name": "planewatch-s-prod-api",
    "mustRun": True,
    "start": True,
    "memory": 160,
    "memorySwap": 160,
    "memoryReservation": 0,
    "cpuShares": 0,
    "cpuSet": "",
    "cpus": "0.5",
    "restart": "unless-stopped",
    "maxRetryCount": 0,
    "networksAdvanced": [{"name": "planewatch-s-prod"}],
}
# What the program sets; the rest is the engine's default.
INPUTS = {key: RECORDED[key] for key in ("name", "memory", "memorySwap", "cpus", "restart")}
FACTS: dict[str, Any] = {
    "Name": "/planewatch-s-prod-api",
    "State": {
        "Running": True,
        "Paused": False,
        "Restarting": False,
        "Status": "running",
        "ExitCode": 0,
        "Health": {"Status": "healthy"},
    },
    "HostConfig": {
        "Memory": 160 << 20,
        "MemorySwap": 160 << 20,
        "MemoryReservation": 0,
        "CpuShares": 0,
        "CpusetCpus": "",
        "NanoCpus": 500_000_000,
        "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
    },
    "NetworkSettings": {"Networks": {"planewatch-s-prod": {"NetworkID": "9a"}}},
}


def changed(*path: str, to: object) -> dict[str, Any]:
    facts = copy.deepcopy(FACTS)
    inner = facts
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return facts


def test_what_is_as_recorded_differs_in_nothing() -> None:
    assert list(container(RECORDED, RECORDED, FACTS)) == []


@pytest.mark.parametrize("cpus", ["0.5", "0.50", ".5"])
def test_cpus_are_compared_as_numbers(cpus: str) -> None:
    assert list(container(RECORDED, RECORDED | {"cpus": cpus}, FACTS)) == []


@pytest.mark.parametrize(
    ("facts", "told", "replace"),
    [
        (changed("State", "Running", to=False), "does not run (running, exit code 0)", False),
        (changed("State", "Paused", to=True), "is paused", True),
        (changed("State", "Restarting", to=True), "keeps restarting (exit code 0)", False),
        (changed("State", "Health", "Status", to="unhealthy"), "is unhealthy", False),
        (changed("State", "Health", "Status", to="starting"), "is starting", False),
        (changed("Name", to="/other"), "name is other, not planewatch-s-prod-api", False),
        (changed("HostConfig", "Memory", to=64 << 20), "memory is 64, not 160", False),
        (changed("HostConfig", "MemorySwap", to=-1), "memorySwap is -1, not 160", False),
        (changed("HostConfig", "MemoryReservation", to=32 << 20), "memoryReservation is 32, not 0", True),
        (changed("HostConfig", "CpuShares", to=2), "cpuShares is 2, not 0", True),
        (changed("HostConfig", "CpusetCpus", to="0"), "cpuSet is 0, not ", True),
        (changed("HostConfig", "NanoCpus", to=10**9), "cpus is 1.0, not 0.5", False),
        (changed("HostConfig", "RestartPolicy", "Name", to=""), "restart is no, not unless-stopped", False),
        (changed("HostConfig", "RestartPolicy", "MaximumRetryCount", to=3), "maxRetryCount is 3, not 0", True),
        (changed("NetworkSettings", "Networks", to={}), "is not attached to network planewatch-s-prod", True),
    ],
)
def test_what_was_changed_by_hand_is_named(facts: dict[str, Any], told: str, replace: bool) -> None:
    assert list(container(INPUTS, RECORDED, facts)) == [(told, replace)]


def test_what_is_not_to_run_may_stand_still() -> None:
    stopped = changed("State", "Running", to=False)
    assert list(container(RECORDED, RECORDED | {"mustRun": False}, stopped)) == []
    assert list(container(RECORDED, RECORDED | {"start": False}, stopped)) == []


def test_a_job_that_failed_is_to_run_again() -> None:
    recorded = RECORDED | {"mustRun": False, "attach": True}
    ended = changed("State", "Running", to=False)
    assert list(container(INPUTS, recorded, ended)) == []
    ended["State"]["ExitCode"] = 3
    assert list(container(INPUTS, recorded, ended)) == [("exited with code 3", True)]


def test_a_container_without_probe_is_well_when_it_runs() -> None:
    facts = changed("State", "Health", to=None)
    assert list(container(RECORDED, RECORDED, facts)) == []


def test_a_network_may_be_recorded_by_its_id() -> None:
    assert list(container(RECORDED, RECORDED | {"networksAdvanced": [{"name": "9a"}]}, FACTS)) == []


@pytest.mark.parametrize(
    ("build", "tagged", "told"),
    [
        ({}, "sha256:1", []),
        ({}, "sha256:2", [("is sha256:2, not sha256:1", False)]),
        ({}, None, [("is gone", False)]),
        # Another builder made it of the same content.
        ({"build": {"context": "../apps/api"}}, "sha256:2", []),
        ({"build": {"context": "../apps/api"}}, None, [("is gone", False)]),
    ],
)
def test_an_image_that_is_named_by_its_content_may_have_any_id(
    build: dict[str, Any], tagged: str | None, told: list[tuple[str, bool]]
) -> None:
    recorded = Resource(urn="urn:i", type="i", inputs=build, outputs={"name": "a:1", "imageId": "sha256:1"})
    assert list(image(recorded, tagged)) == told


def test_what_nobody_looks_at_is_not_well() -> None:
    bucket = Resource(urn="urn:b", type="aws:s3/bucket:Bucket", custom=True, id="b")
    seen = live.look([bucket], {})
    assert seen.unseen == {"aws"}
    assert not seen.is_well


def test_a_type_of_docker_s_that_the_reader_does_not_know_is_not_well_either() -> None:
    secret = Resource(urn="urn:s", type="docker:index/secret:Secret", custom=True, id="s")
    assert live.look([secret], {"DOCKER_HOST": "unix:///nowhere.sock"}) == live.Seen(unseen=frozenset({"docker"}))


def test_components_and_providers_exist_in_the_state_only() -> None:
    provider = Resource(urn="urn:p", type="pulumi:providers:aws", custom=True, id="p")
    component = Resource(urn="urn:c", type="planewatch:components:DataPlane")
    assert live.look([provider, component], {}).is_well


def test_the_engine_that_the_stack_s_provider_asks_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    workspace = Workspace.of(ROOT, "sample", state=tmp_path)
    engine, port = Engine(workspace=workspace), free_port()
    assert engine.environment()["DOCKER_HOST"] == "unix:///var/run/docker.sock"
    workspace.establish()
    workspace.working_file.write_text(f"config: {{'docker:host': 'tcp://127.0.0.1:{port}'}}")
    network = Resource(urn="urn:n", type="docker:index/network:Network", custom=True, id="n")
    with pytest.raises(live.UnreachableError, match=f"port={port}"):
        live.look([network], engine.environment())


def test_an_engine_that_does_not_answer_is_reported() -> None:
    network = Resource(urn="urn:n", type="docker:index/network:Network", custom=True, id="n")
    with pytest.raises(live.UnreachableError, match="the Docker engine does not answer"):
        live.look([network], {"DOCKER_HOST": "unix:///nowhere.sock"})
