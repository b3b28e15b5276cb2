"""What `down` keeps is told by what the state records, with the way to use it again and the way to delete it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery import kept
from delivery.kept import Kept
from delivery.recorded import Resource
from delivery.workspace import Workspace

WORKSPACE, KEY = "aws:amp/workspace:Workspace", "aws:kms/key:Key"
AGAIN = "The next `make up STACK=s` uses them again. To delete them too,"
NAMESPACE, VOLUME = "kubernetes:core/v1:Namespace", "docker:index/volume:Volume"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path, stack="s", stacks=tmp_path / "stacks", state=tmp_path / ".state")


def one(kind: str, called: str, *, retained: bool = True, delete: bool = False, **inputs: Any) -> Resource:
    return Resource(
        urn=f"urn:pulumi:s::planewatch::{kind}::{called}",
        type=kind,
        custom=":" in kind and not kind.startswith("planewatch:"),
        retain_on_delete=retained,
        delete=delete,
        inputs=inputs,
    )


def told(workspace: Workspace, *resources: Resource) -> list[str]:
    return list(Kept.of(resources).lines(workspace))


def space(zone: str, *, retained: bool = True) -> Resource:
    return one(NAMESPACE, f"{zone}-namespace", retained=retained, metadata={"name": f"planewatch-s-{zone}"})


def others() -> Iterator[Resource]:
    """Yield what goes: containers, a namespace without claims, a component, the remains of a replacement."""
    yield one("docker:index/container:Container", "prod-api", retained=False)
    yield space("prod", retained=False)
    yield one("planewatch:components:DataPlane", "prod")
    yield one(VOLUME, "gone", delete=True, name="planewatch-s-gone")


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        (one(VOLUME, "prometheus-data", name="planewatch-s-prometheus"), "volume planewatch-s-prometheus"),
        (space("control"), "namespace planewatch-s-control"),
    ],
    ids=["docker", "kubernetes"],
)
def test_what_is_found_again_by_its_name_leaves_the_state(workspace: Workspace, resource: Resource, line: str) -> None:
    assert Kept.of([resource]).recorded_still == ()
    assert told(workspace, *others(), resource) == [
        "Kept, with the data in them:",
        f"    {line}",
        f"{AGAIN} run `make up STACK=s` and then `make down STACK=s DATA=delete`.",
    ]


def test_what_is_kept_on_aws_stays_in_the_state_and_is_deleted_from_there(workspace: Workspace) -> None:
    found = [
        one(WORKSPACE, "metrics", alias="planewatch-s"),
        one(KEY, "metrics-key", description="planewatch-s: metrics of planewatch-s"),
        one(KEY, "cluster-key", retained=False),
        one("aws:cloudwatch/logGroup:LogGroup", "metrics-logs", name="/aws/vendedlogs/prometheus/planewatch-s"),
    ]
    assert {urn.rpartition("::")[2] for urn in Kept.of(found).recorded_still} == {
        "metrics",
        "metrics-key",
        "metrics-logs",
    }
    assert told(workspace, *found) == [
        "Deleted keys and secrets can be restored until the end of their recovery window.",
        "Kept, with the data in them:",
        "    key planewatch-s: metrics of planewatch-s",
        "    log group /aws/vendedlogs/prometheus/planewatch-s",
        "    workspace planewatch-s",
        f"{AGAIN} run `make down STACK=s DATA=delete`.",
    ]
    assert told(workspace, *found, space("control"))[-1].endswith(
        "run `make up STACK=s` and then `make down STACK=s DATA=delete`."
    )


def test_a_stack_that_keeps_nothing_says_so(workspace: Workspace) -> None:
    (line,) = told(workspace, *others())
    assert line.startswith("Nothing is kept")


def test_a_state_with_nothing_but_what_was_kept_is_of_no_deployed_stack() -> None:
    provider = one("pulumi:providers:aws", "aws", retained=False)
    assert kept.is_all([provider, one(WORKSPACE, "metrics")])
    assert not kept.is_all([provider, one(WORKSPACE, "metrics"), space("prod", retained=False)])
    assert not kept.is_all([provider])
    assert not kept.is_all([])
