"""AWS's services as addresses inside the VPC, so that metrics, images, tokens and logs need no internet access."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# Images, tokens of pods and nodes, metrics, logs. eks-auth is what the Pod Identity agent asks; ec2 what the network
# and storage add-ons ask.
INTERFACES = ("ec2", "ecr.api", "ecr.dkr", "sts", "eks", "eks-auth", "aps-workspaces", "logs")
# For the driver that reads secrets for pods, where there are any.
SECRETS = "secretsmanager"
_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Interface endpoints in ``subnet_ids`` that accept HTTPS from ``cidr``, and S3's gateway in ``route_table_ids``.

    Their names in AWS begin with ``prefix``.
    """

    region: str
    prefix: str
    vpc_id: pulumi.Input[str]
    cidr: str
    subnet_ids: tuple[pulumi.Input[str], ...]
    route_table_ids: tuple[pulumi.Input[str], ...]
    secrets: bool


def make_endpoints(name: str, args: EndpointsArgs, *, parent: pulumi.Resource) -> None:
    """Create the interface endpoints with their security group, and the gateway to S3, where ECR stores layers."""
    here = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(
        f"{name}-endpoints",
        name=f"{args.prefix}-endpoints",
        description="HTTPS from the VPC to the endpoints of AWS services",
        vpc_id=args.vpc_id,
        tags={"Name": f"{args.prefix}-endpoints"},
        opts=here,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-endpoints-https",
        security_group_id=group.id,
        description="HTTPS from the VPC",
        cidr_ipv4=args.cidr,
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        opts=here,
    )
    for service in (*INTERFACES, SECRETS) if args.secrets else INTERFACES:
        aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            tags={"Name": f"{args.prefix}-{service}"},
            opts=here,
        )
    aws.ec2.VpcEndpoint(
        f"{name}-s3",
        vpc_id=args.vpc_id,
        service_name=f"com.amazonaws.{args.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=list(args.route_table_ids),
        tags={"Name": f"{args.prefix}-s3"},
        opts=here,
    )
