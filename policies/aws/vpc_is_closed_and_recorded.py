"""Every VPC keeps a record of its connections, and its default security group is in the stack's hands."""

from collections.abc import Iterator

from policies.aws_views import DEFAULT_SECURITY_GROUP, AwsResource, AwsStack, AwsViolation, aws_policy

_VPC, _FLOW_LOG = "aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"


def judge(stack: AwsStack) -> Iterator[AwsViolation]:
    """Look at each VPC that the stack makes; what the default group lets through is judged where it is declared."""
    for vpc in stack.of(_VPC):
        if not _of(stack, vpc, DEFAULT_SECURITY_GROUP):
            yield vpc, "leaves its default security group as AWS makes it: open among all that have no other"
        logs = _of(stack, vpc, _FLOW_LOG)
        if not logs:
            yield vpc, "keeps no record of its connections"
        for log in logs:
            if (kind := log.known("trafficType")) in ("ACCEPT", "REJECT"):
                yield log, f"records connections of the kind {kind} only"


def _of(stack: AwsStack, vpc: AwsResource, kind: str) -> list[AwsResource]:
    return [one for one in stack.of(kind) if vpc in stack.behind(one, "vpcId", _VPC)]


POLICY = aws_policy(
    name="vpc-is-closed-and-recorded",
    description="Every VPC keeps a record of its connections, and its default security group is in the stack's hands.",
    remedy="make the VPC through components/aws/network.py: a DefaultSecurityGroup without rules, a FlowLog of all "
    "traffic",
    judge=judge,
)
