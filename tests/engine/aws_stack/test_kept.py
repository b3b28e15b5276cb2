"""Metrics on AWS outlive a destroyed stack, which finds them again, until it is said that they go too."""

from pathlib import Path
from typing import Any

import pytest

from delivery import recorded
from delivery.kept import Kept
from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine
from tests.harness.settings import Settings

REGION, NAME = "us-east-2", "planewatch-lasting"
WORKSPACE, KEY, LOGS = "aws:amp/workspace:Workspace", "aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup"
KEPT = {(WORKSPACE, "metrics"), (KEY, "metrics-key"), (LOGS, "metrics-logs")}


def settings(data: str = "keep") -> Settings:
    network = {"cidr": "10.112.0.0/20", "zones": 2, "nat": "none"}
    said = aws_settings(registry=False, region=REGION, protection="deletable", network=network)
    return {**said, "data": data}


@pytest.fixture
def lasting(machine: Machine, aws: SimulatedAws, tmp_path: Path) -> AwsHalf:
    """A half in a region of its own, so that whatever is left there is its own."""
    return AwsHalf(machine, tmp_path / "project", aws, "lasting").create()


def there(half: AwsHalf) -> dict[str, Any]:
    """Return what AWS has: workspaces, log groups, clusters, networks, and the state of each key."""
    kms = half.aws.client("kms", REGION)
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return {
        "workspaces": {
            one["alias"]: one["workspaceId"] for one in half.aws.client("amp", REGION).list_workspaces()["workspaces"]
        },
        "logs": sorted(
            one["logGroupName"] for one in half.aws.client("logs", REGION).describe_log_groups()["logGroups"]
        ),
        "keys": {key["KeyId"] for key in keys if key["KeyState"] == "Enabled" and key["KeyManager"] == "CUSTOMER"},
        "clusters": half.aws.client("eks", REGION).list_clusters()["clusters"],
    }


def retained(half: AwsHalf) -> set[tuple[str, str]]:
    """Return type and name of what a destroy leaves in the account."""
    resources = recorded.resources(half.state_text())
    return {(one.type, one.name) for one in resources if one.retain_on_delete}


def ids(half: AwsHalf) -> tuple[str, str]:
    """Return the ids of the workspace and of its key."""
    by_type = {one.type: one.id for one in recorded.resources(half.state_text()) if one.name.startswith("metrics")}
    return by_type[WORKSPACE], by_type[KEY]


def test_a_deletable_stack_keeps_its_metrics_and_finds_them_again(lasting: AwsHalf) -> None:
    lasting.write(settings())
    lasting.up()
    made, (workspace, key) = there(lasting), ids(lasting)
    assert not [name for name, one in lasting.state().items() if one.get("protect")]
    assert retained(lasting) == KEPT

    left = Kept.of(recorded.resources(lasting.state_text()))
    lasting.destroy(*(word for urn in left.recorded_still for word in ("--exclude", urn)))
    assert there(lasting) == {
        "workspaces": made["workspaces"],
        "logs": [f"/aws/vendedlogs/prometheus/{NAME}"],
        "keys": {key},
        "clusters": [],
    }

    lasting.up()
    again = there(lasting)
    assert again["workspaces"] == made["workspaces"] == {NAME: workspace}
    assert (again["logs"], again["clusters"]) == (made["logs"], [NAME])
    assert key in again["keys"]
    lasting.unchanged()

    # Once more, and then the data itself, of which the state still knows.
    lasting.destroy(*(word for urn in left.recorded_still for word in ("--exclude", urn)))
    assert retained(lasting) == KEPT
    lasting.write(settings("delete"))
    lasting.destroy("--run-program")
    assert there(lasting) == {"workspaces": {}, "logs": [], "keys": set(), "clusters": []}
    assert lasting.state() == {}


def test_a_plain_destroy_keeps_them_too(lasting: AwsHalf) -> None:
    lasting.write(settings())
    lasting.up()
    made, (_, key) = there(lasting), ids(lasting)
    lasting.destroy()
    left = there(lasting)
    assert (left["workspaces"], left["clusters"]) == (made["workspaces"], [])
    assert left["keys"] == {key}
    assert lasting.state() == {}
