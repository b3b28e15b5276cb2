"""A record of the VPC's connections, accepted and refused, in CloudWatch Logs."""

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.logs import log_group
from components.aws.policy import Statement, document

# Seconds over which flows are joined; the shortest that AWS offers.
_AGGREGATION_S = 60


def flow_log(
    account: Account, vpc: aws.ec2.Vpc, key: aws.kms.Key, retention_days: int, *, parent: pulumi.Resource
) -> None:
    """Make the log group, a role that may write to it alone, and the flow log."""
    here = pulumi.ResourceOptions(parent=parent)
    group = log_group(
        "flow-logs",
        f"/{account.name}/flow-logs",
        key=key,
        retention_days=retention_days,
        protected=False,
        parent=parent,
    )
    role = aws.iam.Role(
        "flow-logs",
        name=f"{account.name}-flow-logs",
        description="VPC flow logs to their log group",
        assume_role_policy=document(
            Statement(
                sid="FlowLogs",
                actions=("sts:AssumeRole",),
                services=("vpc-flow-logs.amazonaws.com",),
                conditions={
                    "StringEquals": {"aws:SourceAccount": account.id},
                    "ArnLike": {"aws:SourceArn": account.arn("ec2", "vpc-flow-log/*")},
                },
            )
        ),
        opts=here,
    )
    written = aws.iam.RolePolicy(
        "flow-logs",
        name="write-flow-logs",
        role=role.id,
        policy=document(
            Statement(
                sid="WriteFlowLogs",
                actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
                resources=(pulumi.Output.concat(group.arn, ":*"),),
            )
        ),
        opts=here,
    )
    aws.ec2.FlowLog(
        "flow-logs",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=_AGGREGATION_S,
        tags={"Name": account.name},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[written]),
    )
