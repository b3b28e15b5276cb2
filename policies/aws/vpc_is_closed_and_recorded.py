"""Every VPC has a flow log, and the stack manages its default security group."""

from collections.abc import Iterator

from policies.aws_views import DEFAULT_SECURITY_GROUP, AwsResource, AwsStack, AwsViolation, aws_policy

_VPC, _FLOW_LOG = "aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"


def check(stack: AwsStack) -> Iterator[AwsViolation]:
    """Check each VPC that the stack creates; the rules of the default group are checked where it is declared."""
    for vpc in stack.of(_VPC):
        if not _of(stack, vpc, DEFAULT_SECURITY_GROUP):
            yield vpc, "leaves its default security group as AWS creates it: open between all its members"
        logs = _of(stack, vpc, _FLOW_LOG)
        if not logs:
            yield vpc, "has no flow log"
        for log in logs:
            if (kind := log.known("trafficType")) in ("ACCEPT", "REJECT"):
                yield log, f"its flow log records {kind} traffic only"


def _of(stack: AwsStack, vpc: AwsResource, kind: str) -> list[AwsResource]:
    return [one for one in stack.of(kind) if vpc in stack.behind(one, "vpcId", _VPC)]


POLICY = aws_policy(
    name="vpc-is-closed-and-recorded",
    description="Every VPC has a flow log, and the stack manages its default security group.",
    remedy="create the VPC through components/aws/network.py: a DefaultSecurityGroup without rules, a FlowLog of all "
    "traffic",
    check=check,
)
