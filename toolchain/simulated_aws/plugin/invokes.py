"""The functions that the plugin answers."""

import hashlib
import json
from collections.abc import Callable

from toolchain.simulated_aws.plugin import cluster_invokes as clusters
from toolchain.simulated_aws.plugin import network_invokes as networks
from toolchain.simulated_aws.plugin import secret_invokes as secrets
from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.lookups import region_of_call
from toolchain.simulated_aws.plugin.network_invokes import filters_of
from toolchain.simulated_aws.plugin.policy_documents import policy_document
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, flag, text, texts


def availability_zones(connection: Connection, args: Props) -> Props:
    """Return a region's zones; local zones only when asked for."""
    region = region_of_call(connection, args)
    filters = filters_of(args)
    if text(args, "state"):
        filters.append({"Name": "state", "Values": [text(args, "state")]})
    params: dict[str, object] = {"AllAvailabilityZones": flag(args, "allAvailabilityZones")}
    answer = connection.call(
        "ec2",
        "describe_availability_zones",
        params | ({"Filters": filters} if filters else {}),
        doing="list availability zones",
        region=region,
    )
    left_out = (*texts(args, "excludeNames"), *texts(args, "excludeZoneIds"))
    zones = sorted(
        (zone for zone in answer["AvailabilityZones"] if not {zone["ZoneName"], zone["ZoneId"]} & {*left_out}),
        key=lambda zone: str(zone["ZoneName"]),
    )
    return {
        **args,
        "id": region,
        "region": region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName") or region for zone in zones}),
    }


def caller_identity(connection: Connection, args: Props) -> Props:
    """Return who the credentials belong to."""
    found = connection.caller
    account = str(found["Account"])
    return {**args, "id": account, "accountId": account, "arn": found["Arn"], "userId": found["UserId"]}


def region_of(connection: Connection, args: Props) -> Props:
    """Describe the provider's region, or the one that is named."""
    name = region_of_call(connection, args)
    answer = connection.call("ec2", "describe_regions", {"AllRegions": True}, doing="list regions")
    known = {str(one["RegionName"]): str(one["Endpoint"]) for one in answer["Regions"]}
    if name not in known:
        raise RefusedError(f"there is no region {name}; known are {', '.join(sorted(known))}")
    return {
        "id": name,
        "region": name,
        "name": name,
        "description": name,
        "endpoint": known[name].removeprefix("https://"),
    }


def partition(connection: Connection, args: Props) -> Props:
    """Describe the partition of the region."""
    region = region_of_call(connection, args)
    china, government = region.startswith("cn-"), region.startswith("us-gov-")
    name = "aws-cn" if china else "aws-us-gov" if government else "aws"
    suffix = "amazonaws.com.cn" if china else "amazonaws.com"
    reverse = ".".join(reversed(suffix.split(".")))
    return {"id": name, "partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse, "region": region}


def parameter(connection: Connection, args: Props) -> Props:
    """Read a parameter of Systems Manager."""
    decrypt = args.get("withDecryption") is not False
    params = {"Name": text(args, "name"), "WithDecryption": decrypt}
    found = connection.call(
        "ssm",
        "get_parameter",
        params,
        doing=f"read the parameter {text(args, 'name')}",
        region=region_of_call(connection, args),
    )["Parameter"]
    secure = found["Type"] == "SecureString"
    return {
        **args,
        "id": found["Name"],
        "arn": found["ARN"],
        "type": found["Type"],
        "value": found["Value"],
        "insecureValue": "" if secure else found["Value"],
        "version": found["Version"],
        "withDecryption": decrypt,
        "region": region_of_call(connection, args),
    }


def ami(connection: Connection, args: Props) -> Props:
    """Find one machine image."""
    params: dict[str, object] = {}
    if texts(args, "owners"):
        params["Owners"] = texts(args, "owners")
    if filters_of(args):
        params["Filters"] = filters_of(args)
    region = region_of_call(connection, args)
    images = connection.call("ec2", "describe_images", params, doing="find a machine image", region=region)["Images"]
    if not images:
        raise RefusedError("no machine image matches; change the filters or the owners")
    if len(images) > 1 and not flag(args, "mostRecent"):
        raise RefusedError(f"{len(images)} machine images match; narrow the filters, or set mostRecent")
    found = max(images, key=lambda image: str(image["CreationDate"]))
    made: Props = {
        "id": found["ImageId"],
        "imageId": found["ImageId"],
        "name": found.get("Name"),
        "architecture": found.get("Architecture"),
        "creationDate": str(found["CreationDate"]),
        "ownerId": found.get("OwnerId"),
        "description": found.get("Description"),
        "state": found.get("State"),
        "rootDeviceName": found.get("RootDeviceName"),
        "region": region,
        "arn": f"arn:aws:ec2:{region}::image/{found['ImageId']}",
    }
    return {**args, **made}


def document(connection: Connection, args: Props) -> Props:
    """Write an IAM policy document."""
    del connection
    written = policy_document(args)
    digest = hashlib.sha256(written.encode()).hexdigest()
    return {**args, "id": str(int(digest[:8], 16)), "json": written, "minifiedJson": _small(written)}


def _small(written: str) -> str:
    return json.dumps(json.loads(written), separators=(",", ":"))


INVOKES: dict[str, Callable[[Connection, Props], Props]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region_of,
    "aws:index/getPartition:getPartition": partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": document,
    "aws:ssm/getParameter:getParameter": parameter,
    "aws:ec2/getAmi:getAmi": ami,
    "aws:ec2/getSubnet:getSubnet": networks.subnet,
    "aws:ec2/getSubnets:getSubnets": networks.subnets,
    "aws:ec2/getVpc:getVpc": networks.vpc,
    "aws:ec2/getVpcs:getVpcs": networks.vpcs,
    "aws:eks/getAddon:getAddon": clusters.addon,
    "aws:eks/getCluster:getCluster": clusters.cluster,
    "aws:eks/getClusterAuth:getClusterAuth": clusters.cluster_auth,
    "aws:eks/getClusters:getClusters": clusters.names,
    "aws:eks/getNodeGroup:getNodeGroup": clusters.node_group,
    "aws:eks/getNodeGroups:getNodeGroups": clusters.node_groups,
    "aws:kms/getKey:getKey": secrets.key,
    "aws:secretsmanager/getSecret:getSecret": secrets.secret,
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": clusters.issuer,
}
