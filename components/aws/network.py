"""The VPC: a private and a public subnet per zone, ways out, endpoints of AWS's services, and a record of flows."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws import keys
from components.aws.account import Account
from components.aws.endpoints import service_endpoints
from components.aws.flow_log import flow_log
from config.aws.network import NetworkSettings
from config.subnets import ZoneSubnets, plan

# Load balancers find their subnets by these (AWS Load Balancer Controller, EKS Auto Mode).
_PUBLIC_ROLE, _PRIVATE_ROLE = "kubernetes.io/role/elb", "kubernetes.io/role/internal-elb"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """``zones`` are the names of the availability zones to use, in order; ``secrets`` tells whether pods have any."""

    account: Account
    settings: NetworkSettings
    zones: tuple[str, ...]
    secrets: bool = False


class Network(pulumi.ComponentResource):
    """A VPC of the stack's own. Nodes and pods live in the private subnets, nothing of ours in the public ones."""

    vpc_id: pulumi.Output[str]
    private_subnet_ids: list[pulumi.Output[str]]
    public_subnet_ids: list[pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Network", name, None, opts)
        self._account, self._settings = args.account, args.settings
        here = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.settings.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": args.account.name},
            opts=here,
        )
        self.vpc_id = vpc.id
        # What AWS makes by itself and lets everything through, without a rule.
        aws.ec2.DefaultSecurityGroup(f"{name}-default-group", vpc_id=vpc.id, ingress=[], egress=[], opts=here)
        subnets = dict(zip(args.zones, plan(args.settings.cidr, len(args.zones)), strict=True))
        private = {zone: self._subnet("private", zone, cidrs, vpc) for zone, cidrs in subnets.items()}
        public = {zone: self._subnet("public", zone, cidrs, vpc) for zone, cidrs in subnets.items()}
        gateways = self._ways_out(vpc, public)
        tables = [self._private_table(vpc, zone, private[zone], gateways.get(zone)) for zone in args.zones]
        self.private_subnet_ids = [subnet.id for subnet in private.values()]
        self.public_subnet_ids = [subnet.id for subnet in public.values()]
        service_endpoints(
            args.account,
            vpc,
            args.settings.cidr,
            self.private_subnet_ids,
            [table.id for table in tables],
            secrets=args.secrets,
            parent=self,
        )
        key = keys.key("network", "flow logs", args.account, (keys.for_logs(args.account),), parent=self)
        flow_log(args.account, vpc, key, args.settings.flow_log_retention_days, parent=self)
        self.register_outputs({"vpc_id": self.vpc_id})

    def _subnet(self, side: str, zone: str, cidrs: ZoneSubnets, vpc: aws.ec2.Vpc) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{side}-{zone}",
            vpc_id=vpc.id,
            availability_zone=zone,
            cidr_block=cidrs.private if side == "private" else cidrs.public,
            map_public_ip_on_launch=False,
            tags={
                "Name": f"{self._account.name}-{side}-{zone}",
                (_PRIVATE_ROLE if side == "private" else _PUBLIC_ROLE): "1",
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _ways_out(self, vpc: aws.ec2.Vpc, public: dict[str, aws.ec2.Subnet]) -> dict[str, aws.ec2.NatGateway]:
        """Make the public side and return the gateway that each zone's private subnet goes out by."""
        here = pulumi.ResourceOptions(parent=self)
        internet = aws.ec2.InternetGateway("internet", vpc_id=vpc.id, tags={"Name": self._account.name}, opts=here)
        table = self._table("public", vpc)
        route = aws.ec2.Route(
            "public-internet",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=internet.id,
            opts=here,
        )
        for zone, subnet in public.items():
            aws.ec2.RouteTableAssociation(f"public-{zone}", subnet_id=subnet.id, route_table_id=table.id, opts=here)
        if self._settings.nat == "none":
            return {}
        routed = pulumi.ResourceOptions(parent=self, depends_on=[route])
        first, *_ = public
        own = {
            zone: self._nat(zone, subnet, routed)
            for zone, subnet in public.items()
            if self._settings.nat == "per-zone" or zone == first
        }
        return {zone: own.get(zone, own[first]) for zone in public}

    def _nat(self, zone: str, subnet: aws.ec2.Subnet, options: pulumi.ResourceOptions) -> aws.ec2.NatGateway:
        tags = {"Name": f"{self._account.name}-{zone}"}
        address = aws.ec2.Eip(f"nat-{zone}", domain="vpc", tags=tags, opts=options)
        return aws.ec2.NatGateway(
            f"nat-{zone}", allocation_id=address.allocation_id, subnet_id=subnet.id, tags=tags, opts=options
        )

    def _private_table(
        self, vpc: aws.ec2.Vpc, zone: str, subnet: aws.ec2.Subnet, gateway: aws.ec2.NatGateway | None
    ) -> aws.ec2.RouteTable:
        here = pulumi.ResourceOptions(parent=self)
        table = self._table(f"private-{zone}", vpc)
        aws.ec2.RouteTableAssociation(f"private-{zone}", subnet_id=subnet.id, route_table_id=table.id, opts=here)
        if gateway is not None:
            aws.ec2.Route(
                f"private-{zone}-nat",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateway.id,
                opts=here,
            )
        return table

    def _table(self, name: str, vpc: aws.ec2.Vpc) -> aws.ec2.RouteTable:
        # Routes are resources of their own: a table that lists them too would undo them at each update.
        return aws.ec2.RouteTable(
            name,
            vpc_id=vpc.id,
            tags={"Name": f"{self._account.name}-{name}"},
            opts=pulumi.ResourceOptions(parent=self),
        )
