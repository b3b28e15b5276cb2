"""What a cluster needs stands before it is asked for, and until nobody asks any more."""

import json
from typing import Any

import pytest

from tests.engine.aws_stack.harness import AwsHalf, aws_settings

Key = tuple[str, str]
NODES = ("aws:eks/nodeGroup:NodeGroup", "cluster-nodes")
ADDON = "aws:eks/addon:Addon"


def key(urn: str) -> Key:
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


@pytest.fixture(scope="module")
def recorded(half: AwsHalf) -> dict[Key, dict[str, Any]]:
    return {key(one["urn"]): one for one in json.loads(half.state_text())["deployment"]["resources"]}


def before(recorded: dict[Key, dict[str, Any]], wanted: Key) -> set[Key]:
    """Return everything that one resource waits for, directly or not."""
    found: set[Key] = set()
    new = {wanted}
    while new:
        new = {key(urn) for one in new for urn in recorded[one].get("dependencies") or ()} - found
        found |= new
    return found


def test_nodes_come_when_they_can_get_a_network_and_reach_aws(recorded: dict[Key, dict[str, Any]]) -> None:
    needed = {
        (ADDON, "cluster-vpc-cni"),
        (ADDON, "cluster-eks-pod-identity-agent"),
        *(
            ("aws:ec2/vpcEndpoint:VpcEndpoint", f"network-{service}")
            for service in ("ec2", "ecr.dkr", "eks", "eks-auth", "sts", "s3")
        ),
        *(
            (f"aws:ec2/{kind}", f"network-private-eu-central-1{zone}{suffix}")
            for zone in "ab"
            for kind, suffix in (("route:Route", "-nat"), ("routeTableAssociation:RouteTableAssociation", ""))
        ),
    }
    assert needed - before(recorded, NODES) == set()


def test_other_administrators_make_no_other_cluster(half: AwsHalf) -> None:
    cluster = dict(aws_settings()["aws"]["cluster"])
    del cluster["administrators"]
    half.write(aws_settings(registry=False, cluster=cluster))
    try:
        steps = half.steps()
    finally:
        half.write(aws_settings(registry=False))
    assert {name: step["op"] for name, step in steps.items()} == {"cluster-admin-operators": "delete"}


def test_a_cluster_that_is_kept_keeps_its_key(recorded: dict[Key, dict[str, Any]]) -> None:
    kept = {key for key, one in recorded.items() if one.get("retainOnDelete")}
    assert {("aws:eks/cluster:Cluster", "cluster"), ("aws:kms/key:Key", "cluster-key")} <= kept


def test_whoever_is_no_administrator_of_the_cluster_to_be_is_told_so(half: AwsHalf) -> None:
    said = " ".join(half.run("preview").split())
    caller = half.aws.client("sts").get_caller_identity()["Arn"]
    assert f"planewatch:aws.cluster.administrators does not list {caller}, whose credentials are in use" in said
