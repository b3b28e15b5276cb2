"""Every VPC keeps a record of its connections."""

from collections.abc import Iterator

from policies.aws_views import AwsStack, AwsViolation, aws_policy

_VPC, _FLOW_LOG = "aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"


def judge(stack: AwsStack) -> Iterator[AwsViolation]:
    """Want a flow log of each VPC that the stack makes, over accepted and refused connections."""
    for vpc in stack.of(_VPC):
        logs = [log for log in stack.of(_FLOW_LOG) if vpc in stack.behind(log, "vpcId", _VPC)]
        if not logs:
            yield vpc, "keeps no record of its connections"
        for log in logs:
            if (kind := log.known("trafficType")) in ("ACCEPT", "REJECT"):
                yield log, f"records connections of the kind {kind} only"


POLICY = aws_policy(
    name="vpc-has-flow-logs",
    description="Every VPC keeps a record of its connections, accepted and refused.",
    remedy="make a FlowLog of the VPC with trafficType ALL (components/aws/flow_log.py)",
    judge=judge,
)
