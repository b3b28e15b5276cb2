"""Nothing in a subnet gets a public address by default."""

from pulumi_policy import ResourceValidationArgs

from policies.reading import Record
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Check the two settings that assign public addresses."""
    bag = Record(args.props)
    for key in ("mapPublicIpOnLaunch", "mapCustomerOwnedIpOnLaunch"):
        if bag.flag(key) is True:
            yield f"{key} is on: whatever is launched there gets a public address"


POLICY = resource_policy(
    name="subnet-gives-no-public-address",
    description="Nothing in a subnet gets a public address by default, not even in public subnets.",
    remedy="turn it off; NAT gateways and load balancers have addresses of their own",
    types=("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"),
    check=check,
)
