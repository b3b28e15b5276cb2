"""AWS's services as addresses inside the VPC, so that metrics, images, tokens and logs need no way out."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.aws.account import Account

# Images, tokens of pods and nodes, metrics, logs. eks-auth is what the Pod Identity agent asks; ec2 what the network
# and storage add-ons ask.
INTERFACES = ("ec2", "ecr.api", "ecr.dkr", "sts", "eks", "eks-auth", "aps-workspaces", "logs")
# For the driver that reads secrets for pods, where there are any.
SECRETS = "secretsmanager"
_HTTPS = 443


def service_endpoints(
    account: Account,
    vpc: aws.ec2.Vpc,
    cidr: str,
    subnet_ids: Sequence[pulumi.Input[str]],
    route_table_ids: Sequence[pulumi.Input[str]],
    *,
    secrets: bool,
    parent: pulumi.Resource,
) -> None:
    """Make the interface endpoints, reachable from the VPC over HTTPS alone, and the gateway to S3 (ECR's layers)."""
    here = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(
        "endpoints",
        name=f"{account.name}-endpoints",
        description="HTTPS from the VPC to the endpoints of AWS services",
        vpc_id=vpc.id,
        tags={"Name": f"{account.name}-endpoints"},
        opts=here,
    )
    aws.vpc.SecurityGroupIngressRule(
        "endpoints-https",
        security_group_id=group.id,
        description="HTTPS from the VPC",
        cidr_ipv4=cidr,
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        opts=here,
    )
    for service in (*INTERFACES, SECRETS) if secrets else INTERFACES:
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{account.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=subnet_ids,
            security_group_ids=[group.id],
            tags={"Name": f"{account.name}-{service}"},
            opts=here,
        )
    aws.ec2.VpcEndpoint(
        "s3",
        vpc_id=vpc.id,
        service_name=f"com.amazonaws.{account.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=route_table_ids,
        tags={"Name": f"{account.name}-s3"},
        opts=here,
    )
