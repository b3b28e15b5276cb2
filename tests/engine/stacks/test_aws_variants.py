"""Which resources a stack on AWS stands for when it chooses otherwise than `prod`: the difference is recorded."""

from typing import Any

import pytest

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import resources
from tests.engine.stacks.test_golden import GOLDEN, hold, settings_of
from tests.harness.aws import SimulatedAws
from tests.harness.pulumi import ROOT

_EXISTING = "existing-network"
_VARIANTS: dict[str, dict[str, Any]] = {
    "region": {"region": "us-east-1", "network": {"zones": 2, "nat": "one"}},
    "zones": {"network": {"zones": 2}},
    _EXISTING: {},
    "automatic": {"cluster": {"compute": "auto-mode"}, "identity": "irsa", "registry": False},
}


@pytest.mark.parametrize("variant", _VARIANTS)
def test_a_choice_stands_for_the_recorded_difference(
    variant: str, make_stack: MakeStack, simulated_account: SimulatedAws
) -> None:
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["aws"] = {**settings["aws"], **_VARIANTS[variant]}
    if variant == _EXISTING:
        settings["aws"]["network"] = {"existing": _network_in(simulated_account)}
    usual = set((GOLDEN / "prod.txt").read_text().splitlines())
    found = set(resources(make_stack(settings, "prod")))
    difference = [*(f"+ {line}" for line in sorted(found - usual)), *(f"- {line}" for line in sorted(usual - found))]
    hold(GOLDEN.parent / "variants" / f"prod-{variant}.txt", difference)


def _network_in(account: SimulatedAws) -> dict[str, Any]:
    """Make a network that a stack finds: a VPC with a private subnet in each of two zones."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.90.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")
        for number, zone in enumerate("ab")
    ]
    return {"vpcId": vpc, "privateSubnetIds": [subnet["Subnet"]["SubnetId"] for subnet in subnets]}
