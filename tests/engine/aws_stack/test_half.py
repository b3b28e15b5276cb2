"""The AWS half lives: a second ``up`` has nothing to do, a change touches what it means, protection holds, all goes."""

import json
from pathlib import Path

import pytest

from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine

DATA = {"metrics", "cluster", "metrics-logs", "cluster-logs"}


def test_a_second_up_changes_nothing(half: AwsHalf) -> None:
    half.unchanged()


def test_one_change_touches_what_it_means(half: AwsHalf) -> None:
    half.write(
        aws_settings(
            registry=False, notifications={"critical": [{"protocol": "email", "endpoint": "night@example.com"}]}
        )
    )
    try:
        steps = half.steps()
    finally:
        half.write(aws_settings(registry=False))
    assert {name: step["op"] for name, step in steps.items()} == {
        "notifications-critical-email-night@example.com": "create",
        "notifications-critical-email-oncall@example.com": "delete",
    }


@pytest.fixture
def other(machine: Machine, aws: SimulatedAws, tmp_path: Path) -> AwsHalf:
    """A half in a region of its own, so that whatever is left there is its own."""
    return AwsHalf(machine, tmp_path / "project", aws, "other").create()


def test_what_holds_data_is_not_destroyed_by_accident(machine: Machine, aws: SimulatedAws, tmp_path: Path) -> None:
    kept = AwsHalf(machine, tmp_path / "project", aws, "kept").create()
    kept.write(aws_settings(registry=False, region="eu-west-1"))
    kept.up()
    assert "protected" in kept.destroy(fails=True)
    assert {name for name, resource in kept.state().items() if resource.get("protect")} == DATA
    cluster = aws.client("eks", "eu-west-1").describe_cluster(name="planewatch-kept")["cluster"]
    assert cluster["status"] == "ACTIVE"


def test_what_is_deletable_leaves_nothing(other: AwsHalf) -> None:
    region = "eu-west-2"
    ec2 = other.aws.client("ec2", region)
    before = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    said = aws_settings(
        region=region,
        protection="deletable",
        network={"cidr": "10.80.0.0/20", "zones": 2, "nat": "none"},
    )
    other.write({**said, "data": "delete"})
    other.up()
    image = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"digest": f"sha256:{'0' * 64}", "size": 1},
        "layers": [],
    }
    ecr = other.aws.client("ecr", region)
    ecr.put_image(repositoryName="planewatch-other/api", imageManifest=json.dumps(image), imageTag="0.1.0")
    assert len(ec2.describe_vpcs()["Vpcs"]) == len(before) + 1
    other.destroy()
    assert {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]} == before
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    assert ecr.describe_repositories()["repositories"] == []
    assert other.aws.client("eks", region).list_clusters()["clusters"] == []
    assert other.aws.client("amp", region).list_workspaces()["workspaces"] == []
    assert other.aws.client("sns", region).list_topics()["Topics"] == []
    assert other.aws.client("logs", region).describe_log_groups()["logGroups"] == []
    aliases = other.aws.client("kms", region).list_aliases()["Aliases"]
    assert [alias for alias in aliases if "planewatch" in alias["AliasName"]] == []
    roles = other.aws.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if role["RoleName"].startswith("planewatch-other")] == []
