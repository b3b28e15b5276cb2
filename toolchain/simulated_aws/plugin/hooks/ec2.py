"""EC2: addresses, zones, rules of security groups, routes."""

import ipaddress
import zlib
from typing import TYPE_CHECKING, Any

from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.standins.servicer.values import Props, Value, is_empty

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

# The published bounds of a VPC's and a subnet's IPv4 block.
SHORTEST_PREFIX, LONGEST_PREFIX = 16, 28


def check_vpc_cidr(checking: Checking) -> None:
    """Check: a VPC's block is a network of /16 to /28."""
    if "cidrBlock" not in checking.inputs and "ipv4IpamPoolId" not in checking.inputs:
        checking.refuse("cidrBlock", "missing; a VPC needs an IPv4 block or an IPAM pool")
    _check_block(checking)


def check_subnet_cidr(checking: Checking) -> None:
    """Check: a subnet's block is a network of /16 to /28."""
    _check_block(checking)


def _check_block(checking: Checking) -> None:
    given = checking.text("cidrBlock")
    if not given:
        return
    try:
        block = ipaddress.IPv4Network(given)
    except ValueError as error:
        checking.refuse("cidrBlock", f"{given} is not an IPv4 network: {error}")
        return
    if not SHORTEST_PREFIX <= block.prefixlen <= LONGEST_PREFIX:
        checking.refuse("cidrBlock", f"{given} must be between /{SHORTEST_PREFIX} and /{LONGEST_PREFIX}")


def check_zone(checking: Checking) -> None:
    """Check: a subnet's zone is one of its region's."""
    given = checking.text("availabilityZone")
    if given:
        answer = checking.connection.call(
            "ec2", "describe_availability_zones", {}, doing="list availability zones", region=checking.region
        )
        zones = [zone["ZoneName"] for zone in answer["AvailabilityZones"]]
        if given not in zones:
            checking.refuse("availabilityZone", f"{checking.region} has no zone {given}; it has {', '.join(zones)}")


def check_endpoint_service(checking: Checking) -> None:
    """Check: an AWS service's endpoint lies in the region, and only S3 and DynamoDB have the gateway kind."""
    service, kind = checking.text("serviceName"), checking.text("vpcEndpointType")
    prefix = f"com.amazonaws.{checking.region}."
    if service.startswith("com.amazonaws.") and not service.startswith((prefix, "com.amazonaws.vpce.")):
        checking.refuse("serviceName", f"{service} is not in {checking.region}; it begins with {prefix} there")
    gateway = service.removeprefix(prefix) in ("s3", "dynamodb")
    if kind == "Gateway" and service.startswith(prefix) and not gateway:
        checking.refuse("vpcEndpointType", f"{service} has no gateway endpoint; use Interface")
    if kind == "Gateway" and not is_empty(checking.inputs.get("subnetIds")):
        checking.refuse("subnetIds", "a gateway endpoint has route tables, no subnets")
    if kind == "Interface" and not is_empty(checking.inputs.get("routeTableIds")):
        checking.refuse("routeTableIds", "an interface endpoint has subnets, no route tables")


def read_endpoint(found: dict[str, Any], resource: "Resource") -> Props:
    """Leave an endpoint's policy out where the program gave none: the service fills in its default."""
    if "policy" in resource.props or "PolicyDocument" not in found:
        return {}
    return {"policy": str(found["PolicyDocument"])}


FLOW_LOG_TARGETS = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}


def check_flow_log(checking: Checking) -> None:
    """Check: a flow log watches one thing; its interval is 60 or 600 s."""
    given = [name for name in FLOW_LOG_TARGETS if name in checking.inputs]
    if len(given) != 1:
        checking.refuse("vpcId", f"exactly one of {', '.join(FLOW_LOG_TARGETS)} is needed")
    if checking.inputs.get("maxAggregationInterval") not in (60, 600):
        checking.refuse("maxAggregationInterval", "must be 60 or 600 (seconds)")
    if "trafficType" not in checking.inputs:
        checking.refuse("trafficType", "missing; it is required for VPCs, subnets and network interfaces")


def flow_log_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add what a flow log watches."""
    del connection
    for name, kind in FLOW_LOG_TARGETS.items():
        if values.get(name):
            values |= {"resource_id": values[name], "resource_type": kind}


def read_flow_log(found: dict[str, Any], resource: "Resource") -> Props:
    """Return what a flow log watches, by the kind of its id."""
    del resource
    kinds = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
    watched = str(found.get("ResourceId", ""))
    name = next((name for prefix, name in kinds.items() if watched.startswith(prefix)), "")
    return {name: watched, **{other: None for other in kinds.values() if other != name}} if name else {}


def route_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add a route's destination, whichever kind it is."""
    del connection
    names = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    given = next((str(values[name]) for name in names if values.get(name)), "")
    if given:
        values["destination"] = given
    elif values.get("destination"):
        text = str(values["destination"])
        values["destinationIpv6CidrBlock" if ":" in text else "destinationCidrBlock"] = text
        given = text
    values["destination_hash"] = str(zlib.crc32(given.encode()))


_ROUTE_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "networkInterfaceId": "NetworkInterfaceId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
}


def read_routes(found: dict[str, Any], resource: "Resource") -> Props:
    """List a table's routes but for those that AWS makes itself: the VPC's own and gateway endpoints'."""
    if resource.props and "routes" not in resource.props:
        return {"routes": None}
    routes: list[Value] = []
    for route in found.get("Routes", ()):
        if route.get("GatewayId") == "local" or str(route.get("GatewayId", "")).startswith("vpce-"):
            continue
        entry: Props = {
            "cidrBlock": route.get("DestinationCidrBlock"),
            "ipv6CidrBlock": route.get("DestinationIpv6CidrBlock"),
            "destinationPrefixListId": route.get("DestinationPrefixListId"),
            **{ours: route.get(theirs) for ours, theirs in _ROUTE_TARGETS.items()},
        }
        routes.append({key: value for key, value in entry.items() if value})
    return {"routes": routes}


def check_rule(checking: Checking) -> None:
    """Check: a rule has ports unless its protocol is -1, and a network that is one."""
    inputs = checking.inputs
    protocol = checking.text("ipProtocol")
    if protocol in ("tcp", "udp", "6", "17") and not {"fromPort", "toPort"} <= inputs.keys():
        checking.refuse("fromPort", f"missing; {protocol} needs fromPort and toPort")
    if protocol == "-1" and ({"fromPort", "toPort"} & inputs.keys()):
        checking.refuse("fromPort", "protocol -1 means all ports; leave fromPort and toPort out")
    for name, kind in (("cidrIpv4", ipaddress.IPv4Network), ("cidrIpv6", ipaddress.IPv6Network)):
        given = checking.text(name)
        if given:
            try:
                kind(given)
            except ValueError as error:
                checking.refuse(name, f"{given} is no network: {error}")


def rule_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add a rule as a permission (to create it) and as a request (to update it)."""
    del connection
    described = {"Description": values["description"]} if values.get("description") else {}
    permission: dict[str, object] = {"IpProtocol": values.get("ipProtocol")}
    for ours, theirs in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        if values.get(ours) is not None:
            permission[theirs] = values[ours]
    request = dict(permission) | described
    sources = (
        ("cidrIpv4", "IpRanges", "CidrIp", "CidrIpv4"),
        ("cidrIpv6", "Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
        ("prefixListId", "PrefixListIds", "PrefixListId", "PrefixListId"),
        ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
    )
    for ours, group, member, direct in sources:
        if values.get(ours):
            permission[group] = [{member: values[ours], **described}]
            request[direct] = values[ours]
    values |= {"permission": permission, "rule_request": request}


def group_scope(values: dict[str, object], connection: "Connection") -> None:
    """Return an inline rule of a group as a permission."""
    del connection
    entry = values.get("entry")
    if not isinstance(entry, dict):
        return
    described = {"Description": entry["description"]} if entry.get("description") else {}
    permission: dict[str, object] = {"IpProtocol": entry.get("protocol")}
    if entry.get("protocol") != "-1":
        permission |= {"FromPort": entry.get("fromPort"), "ToPort": entry.get("toPort")}
    for ours, group, member in _INLINE:
        if entry.get(ours):
            permission[group] = [{member: value, **described} for value in entry[ours]]
    if entry.get("self") is True:
        pairs = permission.get("UserIdGroupPairs")
        permission["UserIdGroupPairs"] = [
            *(pairs if isinstance(pairs, list) else []),
            {"GroupId": values.get("id"), **described},
        ]
    values["entry_permission"] = permission


_INLINE = (
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)


def empty_group(resource: "Resource") -> None:
    """Remove the rules that AWS adds to every group, as the official plugin does: only the program's are left."""
    answer = resource.call("describe_security_groups", {"GroupIds": [resource.id]}, "read")
    found: Any = answer["SecurityGroups"]
    for way, member in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        if found[0].get(member):
            params = {"GroupId": resource.id, "IpPermissions": found[0][member]}
            resource.call(f"revoke_security_group_{way}", params, "empty")


def read_group(found: dict[str, Any], resource: "Resource") -> Props:
    """List a group's rules as inline ones, one entry per protocol, ports and description."""
    made: Props = {}
    for name, member in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        if name in resource.props or not resource.props:
            made[name] = _inline(found.get(member, ()), str(found.get("GroupId")))
        else:
            made[name] = None
    return made


def _inline(permissions: Any, own: str) -> list[Value]:  # noqa: ANN401 - a part of boto3's answer
    entries: dict[tuple[object, ...], Props] = {}
    for permission in permissions:
        for ours, group, member in _INLINE:
            for source in permission.get(group, ()):
                key = (
                    permission.get("IpProtocol"),
                    permission.get("FromPort", 0),
                    permission.get("ToPort", 0),
                    source.get("Description", ""),
                )
                entry = entries.setdefault(
                    key, {"protocol": str(key[0]), "fromPort": int(key[1] or 0), "toPort": int(key[2] or 0)}
                )
                if key[3]:
                    entry["description"] = str(key[3])
                if ours == "securityGroups" and source[member] == own:
                    entry["self"] = True
                    continue
                listed = entry.setdefault(ours, [])
                if isinstance(listed, list):
                    listed.append(source[member])
    return list(entries.values())


def default_group_scope(values: dict[str, object], connection: "Connection") -> None:
    """Find a VPC's default group."""
    if values.get("id") or not values.get("vpcId"):
        return
    filters = [{"Name": "vpc-id", "Values": [values["vpcId"]]}, {"Name": "group-name", "Values": ["default"]}]
    answer = connection.call(
        "ec2",
        "describe_security_groups",
        {"Filters": filters},
        doing="find the default security group",
        region=str(values["region"]),
    )
    found = answer.get("SecurityGroups", [])
    if found:
        values["default_group"] = found[0]["GroupId"]
