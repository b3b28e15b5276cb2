"""What starts in a subnet gets no public address by itself."""

from pulumi_policy import ResourceValidationArgs

from policies.judging import Findings, resource_policy
from policies.reading import Record


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at the two settings that give addresses which the internet reaches."""
    bag = Record(args.props)
    for key in ("mapPublicIpOnLaunch", "mapCustomerOwnedIpOnLaunch"):
        if bag.flag(key) is True:
            yield f"{key} is on: whatever starts there is on the internet"


POLICY = resource_policy(
    name="subnet-gives-no-public-address",
    description="What starts in a subnet gets no public address by itself, in public subnets neither.",
    remedy="switch it off; a NAT gateway and load balancers have addresses of their own",
    types=("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"),
    judge=judge,
)
