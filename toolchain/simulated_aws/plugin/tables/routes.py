"""Route tables, routes and their associations."""

from toolchain.simulated_aws.plugin.rows import Call, Each, Read, Row
from toolchain.simulated_aws.plugin.tables.tagging import EC2

_TARGETS = (
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "gatewayId",
    "localGatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
)
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_NAMES = {"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"}
_ENTRY_NAMES = {
    "routes.cidrBlock": "DestinationCidrBlock",
    "routes.ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "routes.destinationPrefixListId": "DestinationPrefixListId",
    "routes.egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
}
ROWS = (
    Row(
        urn_type="aws:ec2/routeTable:RouteTable",
        service="ec2",
        create=Call("create_route_table"),
        identity="RouteTable.RouteTableId",
        read=Read(
            Call("describe_route_tables", {"RouteTableIds": ["{id}"]}),
            "RouteTables[0]",
            {"propagatingVgws": "PropagatingVgws[].GatewayId"},
        ),
        each=(
            Each(
                "routes",
                Call("create_route", {"RouteTableId": "{id}"}),
                Call("delete_route", {"RouteTableId": "{id}"}, fine=("InvalidRoute.NotFound",)),
                names=_ENTRY_NAMES,
                identity=("cidrBlock", "ipv6CidrBlock", "destinationPrefixListId"),
            ),
        ),
        delete=Call("delete_route_table", {"RouteTableId": "{id}"}),
        force_new=frozenset({"vpcId"}),
        tags=EC2,
        made={"arn": "arn:{partition}:ec2:{region}:{account}:route-table/{id}"},
        missing=("InvalidRouteTableID.NotFound",),
        hooks=("table_routes",),
    ),
    Row(
        urn_type="aws:ec2/route:Route",
        service="ec2",
        create=Call("create_route"),
        identity="r-{routeTableId}{destination_hash}",
        import_parts=("routeTableId", "destination"),
        separator="_",
        found="r-{routeTableId}{destination_hash}",
        read=Read(
            Call("describe_route_tables", {"RouteTableIds": ["{routeTableId}"]}),
            "RouteTables[0].Routes[?DestinationCidrBlock=='{destination}'"
            " || DestinationIpv6CidrBlock=='{destination}' || DestinationPrefixListId=='{destination}'] | [0]",
        ),
        changes=(),
        delete=Call(
            "delete_route",
            {
                "RouteTableId": "{routeTableId}",
                "DestinationCidrBlock": "{destinationCidrBlock}",
                "DestinationIpv6CidrBlock": "{destinationIpv6CidrBlock}",
                "DestinationPrefixListId": "{destinationPrefixListId}",
            },
        ),
        shape_names=_NAMES,
        force_new=frozenset({"routeTableId", *_DESTINATIONS, *_TARGETS}),
        missing=("InvalidRouteTableID.NotFound", "InvalidRoute.NotFound"),
        hooks=("route",),
        one_of=(_DESTINATIONS, _TARGETS),
        delete_first=True,
    ),
    Row(
        urn_type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        service="ec2",
        create=Call("associate_route_table"),
        identity="AssociationId",
        import_parts=("subnetId", "routeTableId"),
        separator="/",
        found="{live_RouteTableAssociationId}",
        read=Read(
            Call("describe_route_tables", {"RouteTableIds": ["{routeTableId}"]}),
            "RouteTables[0].Associations[?RouteTableAssociationId=='{id}' || SubnetId=='{id_first}'] | [0]",
        ),
        delete=Call("disassociate_route_table", {"AssociationId": "{id}"}),
        force_new=frozenset({"subnetId", "gatewayId", "routeTableId"}),
        missing=("InvalidAssociationID.NotFound", "InvalidRouteTableID.NotFound"),
        one_of=(("subnetId", "gatewayId"),),
        delete_first=True,
    ),
)
