"""VPCs, subnets, gateways and endpoints."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row, Template, Wait
from toolchain.simulated_aws.plugin.tables.tagging import EC2

_ARN = "arn:{partition}:ec2:{region}:{account}:"


def _vpc_attribute(prop: str, member: str) -> Change:
    return Change(
        (prop,),
        Call("modify_vpc_attribute", {"VpcId": "{id}", member: {"Value": f"{{{prop}}}"}}),
        on_create=True,
        send=False,
    )


def _read_vpc_attribute(name: str, prop: str, member: str) -> Read:
    return Read(
        Call("describe_vpc_attribute", {"VpcId": "{id}", "Attribute": name}),
        picks={prop: f"{member}.Value"},
        matches=False,
    )


def _subnet_attribute(prop: str, member: str) -> Change:
    return Change(
        (prop,),
        Call("modify_subnet_attribute", {"SubnetId": "{id}", member: {"Value": f"{{{prop}}}"}}),
        on_create=True,
        send=False,
    )


def _of_vpc(name: str, *filters: tuple[str, str]) -> Call:
    given: list[Template] = [{"Name": "vpc-id", "Values": ["{id}"]}]
    given += [{"Name": key, "Values": [value]} for key, value in filters]
    return Call(name, {"Filters": given})


ROWS = (
    Row(
        urn_type="aws:ec2/vpc:Vpc",
        service="ec2",
        create=Call("create_vpc"),
        identity="Vpc.VpcId",
        read=Read(
            Call("describe_vpcs", {"VpcIds": ["{id}"]}),
            "Vpcs[0]",
            {"ipv6AssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId"},
        ),
        more=(
            _read_vpc_attribute("enableDnsSupport", "enableDnsSupport", "EnableDnsSupport"),
            _read_vpc_attribute("enableDnsHostnames", "enableDnsHostnames", "EnableDnsHostnames"),
            _read_vpc_attribute(
                "enableNetworkAddressUsageMetrics",
                "enableNetworkAddressUsageMetrics",
                "EnableNetworkAddressUsageMetrics",
            ),
            Read(
                _of_vpc("describe_route_tables", ("association.main", "true")),
                picks={
                    "mainRouteTableId": "RouteTables[0].RouteTableId",
                    "defaultRouteTableId": "RouteTables[0].RouteTableId",
                },
                matches=False,
            ),
            Read(
                _of_vpc("describe_security_groups", ("group-name", "default")),
                picks={"defaultSecurityGroupId": "SecurityGroups[0].GroupId"},
                matches=False,
            ),
            Read(
                _of_vpc("describe_network_acls", ("default", "true")),
                picks={"defaultNetworkAclId": "NetworkAcls[0].NetworkAclId"},
                matches=False,
            ),
        ),
        changes=(
            _vpc_attribute("enableDnsSupport", "EnableDnsSupport"),
            _vpc_attribute("enableDnsHostnames", "EnableDnsHostnames"),
            _vpc_attribute("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"),
            Change(("instanceTenancy",), Call("modify_vpc_tenancy", {"VpcId": "{id}"})),
        ),
        delete=Call("delete_vpc", {"VpcId": "{id}"}),
        shape_names={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"},
        force_new=frozenset({"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"}),
        defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
        tags=EC2,
        made={"arn": _ARN + "vpc/{id}"},
        wait=Wait("State", ("available",)),
        missing=("InvalidVpcID.NotFound",),
        hooks=("vpc_cidr",),
    ),
    Row(
        urn_type="aws:ec2/subnet:Subnet",
        service="ec2",
        create=Call("create_subnet"),
        identity="Subnet.SubnetId",
        read=Read(
            Call("describe_subnets", {"SubnetIds": ["{id}"]}),
            "Subnets[0]",
            {
                "arn": "SubnetArn",
                "enableResourceNameDnsARecordOnLaunch": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
                "privateDnsHostnameTypeOnLaunch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
            },
        ),
        changes=(
            _subnet_attribute("mapPublicIpOnLaunch", "MapPublicIpOnLaunch"),
            _subnet_attribute("assignIpv6AddressOnCreation", "AssignIpv6AddressOnCreation"),
        ),
        delete=Call("delete_subnet", {"SubnetId": "{id}"}),
        force_new=frozenset({"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native"}),
        tags=EC2,
        wait=Wait("State", ("available",)),
        missing=("InvalidSubnetID.NotFound",),
        hooks=("subnet_cidr", "zone"),
        delete_first=True,
    ),
    Row(
        urn_type="aws:ec2/internetGateway:InternetGateway",
        service="ec2",
        create=Call("create_internet_gateway"),
        identity="InternetGateway.InternetGatewayId",
        read=Read(
            Call("describe_internet_gateways", {"InternetGatewayIds": ["{id}"]}),
            "InternetGateways[0]",
            {"vpcId": "Attachments[0].VpcId"},
        ),
        changes=(
            Change(
                ("vpcId",),
                Call("attach_internet_gateway", {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"}),
                on_create=True,
                send=False,
                clear=Call(
                    "detach_internet_gateway",
                    {"InternetGatewayId": "{id}", "VpcId": "{old_vpcId}"},
                    fine=("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound"),
                ),
            ),
        ),
        before_delete=(
            Call(
                "detach_internet_gateway",
                {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"},
                fine=("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound"),
            ),
        ),
        delete=Call("delete_internet_gateway", {"InternetGatewayId": "{id}"}),
        tags=EC2,
        made={"arn": _ARN + "internet-gateway/{id}"},
        missing=("InvalidInternetGatewayID.NotFound",),
    ),
    Row(
        urn_type="aws:ec2/eip:Eip",
        service="ec2",
        create=Call("allocate_address"),
        identity="AllocationId",
        read=Read(Call("describe_addresses", {"AllocationIds": ["{id}"]}), "Addresses[0]"),
        delete=Call("release_address", {"AllocationId": "{id}"}),
        force_new=frozenset({"domain", "publicIpv4Pool", "networkBorderGroup", "address"}),
        tags=EC2,
        made={"arn": _ARN + "elastic-ip/{id}", "allocationId": "{id}"},
        missing=("InvalidAllocationID.NotFound", "InvalidAddress.NotFound"),
    ),
    Row(
        urn_type="aws:ec2/natGateway:NatGateway",
        service="ec2",
        create=Call("create_nat_gateway"),
        identity="NatGateway.NatGatewayId",
        read=Read(
            Call("describe_nat_gateways", {"NatGatewayIds": ["{id}"]}),
            "NatGateways[?State!='deleted'] | [0]",
            {
                key: f"NatGatewayAddresses[0].{member}"
                for key, member in (
                    ("allocationId", "AllocationId"),
                    ("publicIp", "PublicIp"),
                    ("privateIp", "PrivateIp"),
                    ("networkInterfaceId", "NetworkInterfaceId"),
                    ("associationId", "AssociationId"),
                )
            },
        ),
        delete=Call("delete_nat_gateway", {"NatGatewayId": "{id}"}),
        shape_names={"privateIp": "PrivateIpAddress"},
        force_new=frozenset({"allocationId", "connectivityType", "privateIp", "subnetId", "vpcId"}),
        defaults={"connectivityType": "public"},
        tags=EC2,
        wait=Wait("State", ("available",), ("failed",), "FailureMessage"),
        missing=("NatGatewayNotFound",),
        delete_first=True,
    ),
    Row(
        urn_type="aws:ec2/vpcEndpoint:VpcEndpoint",
        service="ec2",
        create=Call("create_vpc_endpoint"),
        identity="VpcEndpoint.VpcEndpointId",
        read=Read(
            Call("describe_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}),
            "VpcEndpoints[?State!='deleted' && State!='Deleted'] | [0]",
            {"policy": "PolicyDocument", "securityGroupIds": "Groups[].GroupId"},
        ),
        changes=(
            Change(("policy", "privateDnsEnabled"), Call("modify_vpc_endpoint", {"VpcEndpointId": "{id}"})),
            *(
                Change(
                    (prop,),
                    Call(
                        "modify_vpc_endpoint",
                        {
                            "VpcEndpointId": "{id}",
                            f"Add{kind}": f"{{added_{prop}}}",
                            f"Remove{kind}": f"{{removed_{prop}}}",
                        },
                    ),
                    send=False,
                )
                for prop, kind in (
                    ("routeTableIds", "RouteTableIds"),
                    ("subnetIds", "SubnetIds"),
                    ("securityGroupIds", "SecurityGroupIds"),
                )
            ),
        ),
        delete=Call("delete_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}),
        shape_names={"policy": "PolicyDocument"},
        force_new=frozenset({"vpcId", "serviceName", "vpcEndpointType", "serviceRegion"}),
        defaults={"vpcEndpointType": "Gateway"},
        tags=EC2,
        made={"arn": _ARN + "vpc-endpoint/{id}"},
        wait=Wait("State", ("available", "Available"), ("failed", "Failed", "rejected", "Rejected")),
        missing=("InvalidVpcEndpointId.NotFound",),
        local=frozenset({"autoAccept"}),
        hooks=("endpoint_service",),
    ),
    Row(
        urn_type="aws:ec2/flowLog:FlowLog",
        service="ec2",
        create=Call("create_flow_logs", {"ResourceIds": ["{resource_id}"], "ResourceType": "{resource_type}"}),
        identity="FlowLogIds[0]",
        read=Read(
            Call("describe_flow_logs", {"FlowLogIds": ["{id}"]}),
            "FlowLogs[0]",
            {"iamRoleArn": "DeliverLogsPermissionArn", "vpcId": "ResourceId"},
        ),
        delete=Call("delete_flow_logs", {"FlowLogIds": ["{id}"]}),
        shape_names={"iamRoleArn": "DeliverLogsPermissionArn"},
        force_new=frozenset(
            {
                "vpcId",
                "subnetId",
                "eniId",
                "iamRoleArn",
                "logDestination",
                "logDestinationType",
                "logFormat",
                "maxAggregationInterval",
                "trafficType",
                "destinationOptions",
            }
        ),
        defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        tags=EC2,
        made={"arn": _ARN + "vpc-flow-log/{id}"},
        local=frozenset({"vpcId", "subnetId", "eniId"}),
        hooks=("flow_log",),
    ),
)
