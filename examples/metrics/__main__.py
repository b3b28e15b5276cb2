"""A program on AWS with a topic and a security group of its own, and planewatch's network and metrics beside them."""

import pulumi
import pulumi_aws as aws
from planewatch.components.aws.account import Account
from planewatch.components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from planewatch.components.aws.network import Network, NetworkArgs

config = pulumi.Config()
account = Account(
    stack=pulumi.get_stack(),
    region=aws.get_region().region,
    id=aws.get_caller_identity().account_id,
    partition=aws.get_partition().partition,
)

network = Network(
    "network",
    NetworkArgs(
        account=account,
        cidr="10.80.0.0/16",
        zones=sorted(aws.get_availability_zones(state="available").names)[:2],
        nat="none",
    ),
)
metrics = ManagedPrometheus(
    "metrics",
    ManagedPrometheusArgs(
        account=account,
        alias=f"orders-{pulumi.get_stack()}",
        retention_days=config.require_int("retentionDays"),
        protected=False,
        tags={"team": "orders"},
    ),
)

# The program's own, one of them inside planewatch's network.
orders = aws.sns.Topic("orders")
inside = aws.ec2.SecurityGroup("orders", description="Orders, inside the network", vpc_id=network.vpc_id)

pulumi.export("vpc_id", network.vpc_id)
pulumi.export("security_group_id", inside.id)
pulumi.export("remote_write", pulumi.Output.concat(metrics.endpoint, "api/v1/remote_write"))
pulumi.export("topic", orders.arn)
