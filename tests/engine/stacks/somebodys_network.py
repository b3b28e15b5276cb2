"""A network that a stack finds: ids differ in each account, so that recorded states hold words in their places."""

import json
from typing import Any

from tests.harness.aws import SimulatedAws

_VPC, _SUBNETS = "<vpc>", ("<subnet-a>", "<subnet-b>")
EXISTING: dict[str, Any] = {"existing": {"vpcId": _VPC, "privateSubnetIds": list(_SUBNETS)}}


def make_network(account: SimulatedAws) -> dict[str, str]:
    """Make a VPC with a private subnet in each of two zones; returns what stands for which id in ``EXISTING``."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.90.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")
        for number, zone in enumerate("ab")
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    return {_VPC: vpc, **dict(zip(_SUBNETS, ids, strict=True))}


def replaced(document: Any, words: dict[str, str]) -> Any:
    """Return a document of JSON's types with each of the ``words`` replaced wherever it stands."""
    text = json.dumps(document)
    for word, other in words.items():
        text = text.replace(word, other)
    return json.loads(text)
