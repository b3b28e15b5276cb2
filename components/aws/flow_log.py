"""Flow logs of the VPC, accepted and rejected connections, in CloudWatch Logs."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.logs import LogGroupArgs, make_log_group
from components.aws.policy import Statement, document

# Seconds over which flows are joined; the shortest that AWS offers.
_AGGREGATION_S = 60


@dataclass(frozen=True, kw_only=True)
class FlowLogArgs:
    """Flow logs of a VPC, encrypted with a key and kept for ``retention_days``; names in AWS begin with ``prefix``."""

    account: Account
    prefix: str
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    retention_days: int


def make_flow_log(name: str, args: FlowLogArgs, *, parent: pulumi.Resource) -> None:
    """Create the log group, a role that may write only to it, and the flow log."""
    here, account = pulumi.ResourceOptions(parent=parent), args.account
    group = make_log_group(
        name,
        LogGroupArgs(
            path=f"/{args.prefix}/flow-logs", key_arn=args.key_arn, retention_days=args.retention_days, protected=False
        ),
        parent=parent,
    )
    role = aws.iam.Role(
        name,
        name=f"{args.prefix}-flow-logs",
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
        name,
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
        name,
        vpc_id=args.vpc_id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=_AGGREGATION_S,
        tags={"Name": args.prefix},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[written]),
    )
