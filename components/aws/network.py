"""The VPC: a private and a public subnet per zone, ways out, endpoints of AWS's services, and a record of flows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.endpoints import EndpointsArgs, make_endpoints
from components.aws.flow_log import FlowLogArgs, make_flow_log
from components.aws.keys import KeyArgs, for_logs, make_key
from components.names import require_distinct
from config.subnets import ZoneSubnets, plan

# Load balancers find their subnets by these (AWS Load Balancer Controller, EKS Auto Mode).
_PUBLIC_ROLE, _PRIVATE_ROLE = "kubernetes.io/role/elb", "kubernetes.io/role/internal-elb"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Addresses, zones and ways out of a VPC. Raises ValueError for a zone that is named twice.

    Attributes:
        account: Where the VPC is made.
        zones: Names of the availability zones to use, in order: up to three.
        cidr: Addresses of the VPC: a private network of /16 to /22. Each zone gets a private and a public subnet.
        nat: NAT gateways: one per zone; one for all, whose zone's failure cuts off the others; or none, where the VPC
            endpoints are enough.
        flow_log_retention_days: How long the VPC's flow logs are kept; a period of CloudWatch Logs.
        secrets: Whether pods have secrets to be read for them from Secrets Manager, by an endpoint of its own.
        prefix: What every name in AWS begins with; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    zones: Sequence[str]
    cidr: str = "10.64.0.0/16"
    nat: Literal["none", "one", "per-zone"] = "per-zone"
    flow_log_retention_days: int = 30
    secrets: bool = False
    prefix: str | None = None

    def __post_init__(self) -> None:
        """Refuse a zone that is named twice."""
        require_distinct(self.zones, "zones")


class Network(pulumi.ComponentResource):
    """A VPC of the stack's own. Nodes and pods live in the private subnets, nothing of ours in the public ones."""

    vpc_id: pulumi.Output[str]
    private_subnet_ids: tuple[pulumi.Output[str], ...]
    public_subnet_ids: tuple[pulumi.Output[str], ...]

    def __init__(self, name: str, args: NetworkArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Network", name, None, opts)
        self._called, self._nat_gateways = name, args.nat
        self._prefix = args.prefix or args.account.named(name)
        here = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": self._prefix},
            opts=here,
        )
        self.vpc_id = vpc.id
        # What AWS makes by itself and lets everything through, without a rule.
        aws.ec2.DefaultSecurityGroup(f"{name}-default-group", vpc_id=vpc.id, ingress=[], egress=[], opts=here)
        subnets = dict(zip(args.zones, plan(args.cidr, len(args.zones)), strict=True))
        private = {zone: self._subnet("private", zone, cidrs, vpc) for zone, cidrs in subnets.items()}
        public = {zone: self._subnet("public", zone, cidrs, vpc) for zone, cidrs in subnets.items()}
        gateways = self._make_gateways(vpc, public)
        tables = [self._private_table(vpc, zone, private[zone], gateways.get(zone)) for zone in args.zones]
        self.private_subnet_ids = tuple(subnet.id for subnet in private.values())
        self.public_subnet_ids = tuple(subnet.id for subnet in public.values())
        make_endpoints(
            name,
            EndpointsArgs(
                region=args.account.region,
                prefix=self._prefix,
                vpc_id=vpc.id,
                cidr=args.cidr,
                subnet_ids=self.private_subnet_ids,
                route_table_ids=tuple(table.id for table in tables),
                secrets=args.secrets,
            ),
            parent=self,
        )
        key = make_key(
            f"{name}-key",
            KeyArgs(
                account=args.account,
                alias=f"{self._prefix}-network",
                description=f"{self._prefix}: flow logs",
                users=(for_logs(args.account),),
            ),
            parent=self,
        )
        make_flow_log(
            f"{name}-flow-logs",
            FlowLogArgs(
                account=args.account,
                prefix=self._prefix,
                vpc_id=vpc.id,
                key_arn=key.arn,
                retention_days=args.flow_log_retention_days,
            ),
            parent=self,
        )
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "private_subnet_ids": list(self.private_subnet_ids),
                "public_subnet_ids": list(self.public_subnet_ids),
            }
        )

    def _subnet(self, side: str, zone: str, cidrs: ZoneSubnets, vpc: aws.ec2.Vpc) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._called}-{side}-{zone}",
            vpc_id=vpc.id,
            availability_zone=zone,
            cidr_block=cidrs.private if side == "private" else cidrs.public,
            map_public_ip_on_launch=False,
            tags={
                "Name": f"{self._prefix}-{side}-{zone}",
                (_PRIVATE_ROLE if side == "private" else _PUBLIC_ROLE): "1",
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _make_gateways(self, vpc: aws.ec2.Vpc, public: dict[str, aws.ec2.Subnet]) -> dict[str, aws.ec2.NatGateway]:
        """Make the public side; returns the NAT gateway that each zone's private subnet uses."""
        here = pulumi.ResourceOptions(parent=self)
        internet = aws.ec2.InternetGateway(
            f"{self._called}-internet", vpc_id=vpc.id, tags={"Name": self._prefix}, opts=here
        )
        table = self._table("public", vpc)
        route = aws.ec2.Route(
            f"{self._called}-public-internet",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=internet.id,
            opts=here,
        )
        for zone, subnet in public.items():
            aws.ec2.RouteTableAssociation(
                f"{self._called}-public-{zone}", subnet_id=subnet.id, route_table_id=table.id, opts=here
            )
        if self._nat_gateways == "none":
            return {}
        routed = pulumi.ResourceOptions(parent=self, depends_on=[route])
        first, *_ = public
        own = {
            zone: self._nat(zone, subnet, routed)
            for zone, subnet in public.items()
            if self._nat_gateways == "per-zone" or zone == first
        }
        return {zone: own.get(zone, own[first]) for zone in public}

    def _nat(self, zone: str, subnet: aws.ec2.Subnet, options: pulumi.ResourceOptions) -> aws.ec2.NatGateway:
        name, tags = f"{self._called}-nat-{zone}", {"Name": f"{self._prefix}-{zone}"}
        address = aws.ec2.Eip(name, domain="vpc", tags=tags, opts=options)
        return aws.ec2.NatGateway(
            name, allocation_id=address.allocation_id, subnet_id=subnet.id, tags=tags, opts=options
        )

    def _private_table(
        self, vpc: aws.ec2.Vpc, zone: str, subnet: aws.ec2.Subnet, gateway: aws.ec2.NatGateway | None
    ) -> aws.ec2.RouteTable:
        here = pulumi.ResourceOptions(parent=self)
        table = self._table(f"private-{zone}", vpc)
        aws.ec2.RouteTableAssociation(
            f"{self._called}-private-{zone}", subnet_id=subnet.id, route_table_id=table.id, opts=here
        )
        if gateway is not None:
            aws.ec2.Route(
                f"{self._called}-private-{zone}-nat",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateway.id,
                opts=here,
            )
        return table

    def _table(self, side: str, vpc: aws.ec2.Vpc) -> aws.ec2.RouteTable:
        # Routes are resources of their own: a table that lists them too would undo them at each update.
        return aws.ec2.RouteTable(
            f"{self._called}-{side}",
            vpc_id=vpc.id,
            tags={"Name": f"{self._prefix}-{side}"},
            opts=pulumi.ResourceOptions(parent=self),
        )
