"""What an update would write is told, also where the CLI calls a resource unchanged."""

import json
from pathlib import Path
from typing import Any

import pytest

from delivery import planned

KIND = "docker:index/container:Container"
URN = f"urn:pulumi:s::planewatch::{KIND}::prod-api"
NETWORK, IMAGE, PARENT = (f"urn:pulumi:s::planewatch::x:y:{name}::{name}" for name in ("network", "image", "parent"))


def state(**more: object) -> str:
    recorded = {
        "urn": URN,
        "type": KIND,
        "custom": True,
        "id": "1f",
        "parent": PARENT,
        "dependencies": [NETWORK],
        "propertyDependencies": {"image": [IMAGE]},
        **more,
    }
    return json.dumps({"deployment": {"resources": [recorded]}})


def entry(*steps: str, **goal: object) -> dict[str, Any]:
    usual = {
        "type": KIND,
        "custom": True,
        "inputDiff": {},
        "outputDiff": {},
        "parent": PARENT,
        "protect": False,
        "dependencies": [IMAGE, NETWORK],
        "propertyDependencies": {"image": [IMAGE], "labels": []},
    }
    return {"goal": usual | goal, "steps": list(steps) or ["same"]}


def read(
    tmp_path: Path, plan: dict[str, Any], recorded: str | None = None, events: list[dict[str, Any]] | None = None
) -> planned.Planned:
    (tmp_path / "plan.json").write_text(json.dumps({"resourcePlans": plan}))
    lines = [json.dumps(event, separators=(",", ":")) for event in events or []]
    (tmp_path / "events.json").write_text("\n".join(lines))
    return planned.read(recorded or state(), tmp_path / "plan.json", tmp_path / "events.json")


def retained(urn: str) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": {"urn": urn, "new": {"retainOnDelete": True}}}}


def test_what_stays_the_same_is_no_change(tmp_path: Path) -> None:
    assert read(tmp_path, {URN: entry()}) == planned.Planned(changes=(), packages=frozenset({"docker"}))
    assert read(tmp_path, {URN: entry("refresh", "same")}).changes == ()


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (["create"], "create"),
        (["create-replacement", "replace", "delete-replaced"], "create-replacement, replace, delete-replaced"),
        (["refresh", "update"], "update"),
    ],
)
def test_every_other_step_is_one(tmp_path: Path, step: list[str], told: str) -> None:
    assert read(tmp_path, {URN: entry(*step)}).changes == (f"prod-api: {told}",)


def test_what_goes_has_no_goal(tmp_path: Path) -> None:
    assert read(tmp_path, {URN: {"steps": ["delete"]}}).changes == ("prod-api: delete",)


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        ({"outputDiff": {"updates": {"console_url": "x"}}}, "outputs"),
        ({"dependencies": [], "propertyDependencies": {"image": [IMAGE]}}, "dependencies"),
        ({"dependencies": [IMAGE, NETWORK, PARENT]}, "dependencies"),
        ({"protect": True}, "protection"),
        ({"parent": NETWORK}, "parent"),
    ],
)
def test_what_an_update_writes_of_an_unchanged_resource_counts(tmp_path: Path, goal: dict[str, Any], told: str) -> None:
    assert read(tmp_path, {URN: entry(**goal)}).changes == (f"prod-api: {told}",)


def test_what_becomes_of_it_when_it_is_deleted_counts(tmp_path: Path) -> None:
    wanted = ("prod-api: what becomes of it when it is deleted",)
    assert read(tmp_path, {URN: entry()}, events=[retained(URN), retained("urn:other")]).changes == wanted
    assert read(tmp_path, {URN: entry()}, state(retainOnDelete=True)).changes == wanted
    assert read(tmp_path, {URN: entry()}, state(retainOnDelete=True), [retained(URN)]).changes == ()


def test_what_the_state_is_about_to_delete_is_no_match(tmp_path: Path) -> None:
    assert read(tmp_path, {URN: entry()}, state(delete=True)).changes == ("prod-api: same",)


def test_packages_are_those_of_what_the_program_declares(tmp_path: Path) -> None:
    plan = {
        URN: entry(),
        "urn:a": entry(type="kubernetes:core/v1:Namespace"),
        "urn:b": entry(type="pulumi:providers:kubernetes"),
        "urn:c": entry(type="planewatch:components:DataPlane", custom=False),
    }
    assert read(tmp_path, plan).packages == {"docker", "kubernetes"}
