"""An AWS program of somebody else deploys a network and a workspace, changes nothing the second time, and goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.example import Example
from tests.harness.aws import SimulatedAws, simulated_aws
from tests.harness.pulumi import stack_name

_RETENTION_DAYS = 45


@pytest.fixture
def account() -> Iterator[SimulatedAws]:
    with simulated_aws() as started:
        yield started


@pytest.fixture
def metrics(tmp_path: Path, account: SimulatedAws) -> Example:
    config = {"retentionDays": _RETENTION_DAYS}
    return Example.make("metrics", stack_name("t"), tmp_path, config, account.environment, installed=True)


def test_a_network_and_a_workspace_stand_beside_what_is_somebody_elses(metrics: Example, account: SimulatedAws) -> None:
    outputs = metrics.up()
    ec2, amp = account.client("ec2"), account.client("amp")
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [outputs["vpc_id"]]}])["Subnets"]
    assert len(subnets) == 4
    (group,) = ec2.describe_security_groups(GroupIds=[outputs["security_group_id"]])["SecurityGroups"]
    assert group["VpcId"] == outputs["vpc_id"]
    (workspace,) = amp.list_workspaces()["workspaces"]
    assert workspace["alias"] == f"orders-{metrics.stack}"
    assert workspace["tags"]["team"] == "orders"
    assert workspace["workspaceId"] in outputs["remote_write"]
    said = amp.describe_workspace_configuration(workspaceId=workspace["workspaceId"])["workspaceConfiguration"]
    assert said["retentionPeriodInDays"] == _RETENTION_DAYS
    metrics.unchanged()
    metrics.destroy()
    assert metrics.types() == []
    assert amp.list_workspaces()["workspaces"] == []
    assert [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["VpcId"] == outputs["vpc_id"]] == []
