"""The functions that the plugin answers."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from botocore.signers import RequestSigner

from toolchain.plugins.answering import RefusedError
from toolchain.plugins.aws import looking
from toolchain.plugins.aws.connection import Connection
from toolchain.plugins.aws.policy_documents import policy_document
from toolchain.plugins.aws.scope import Resource
from toolchain.plugins.aws.tables import ROWS
from toolchain.plugins.values import Props, Value, flag, objects, text, texts

# As long as EKS takes a token for valid.
TOKEN_SECONDS = 60


def _region(connection: Connection, args: Props) -> str:
    return text(args, "region") or connection.settings.region


def _filters(args: Props) -> list[dict[str, object]]:
    return [{"Name": text(one, "name"), "Values": texts(one, "values")} for one in objects(args, "filters")]


def availability_zones(connection: Connection, args: Props) -> Props:
    """Give a region's zones; local zones only when asked for."""
    region = _region(connection, args)
    filters = _filters(args)
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
    """Say who the credentials belong to."""
    found = connection.caller
    account = str(found["Account"])
    return {**args, "id": account, "accountId": account, "arn": found["Arn"], "userId": found["UserId"]}


def region_of(connection: Connection, args: Props) -> Props:
    """Describe the provider's region, or the one that is named."""
    name = _region(connection, args)
    answer = connection.call("ec2", "describe_regions", {"AllRegions": True}, doing="list regions")
    known = {str(one["RegionName"]): str(one["Endpoint"]) for one in answer["Regions"]}
    if name not in known:
        raise RefusedError(f"there is no region {name}; there are {', '.join(sorted(known))}")
    return {
        "id": name,
        "region": name,
        "name": name,
        "description": name,
        "endpoint": known[name].removeprefix("https://"),
    }


def partition(connection: Connection, args: Props) -> Props:
    """Describe the partition of the region."""
    region = _region(connection, args)
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
        region=_region(connection, args),
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
        "region": _region(connection, args),
    }


def ami(connection: Connection, args: Props) -> Props:
    """Find one machine image."""
    params: dict[str, object] = {}
    if texts(args, "owners"):
        params["Owners"] = texts(args, "owners")
    if _filters(args):
        params["Filters"] = _filters(args)
    region = _region(connection, args)
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


def cluster(connection: Connection, args: Props) -> Props:
    """Look at an EKS cluster."""
    row = ROWS["aws:eks/cluster:Cluster"]
    given: Props = {"region": text(args, "region")} if text(args, "region") else {}
    live = looking.look(Resource(connection, row, given, text(args, "name")))
    if live is None:
        raise RefusedError(f"there is no EKS cluster {text(args, 'name')} in {_region(connection, args)}")
    authority = live.pop("certificateAuthority", None)
    single = {"accessConfig": "accessConfigs", "computeConfig": "computeConfigs", "upgradePolicy": "upgradePolicies"}
    many: dict[str, Value] = {ours: [live[name]] for name, ours in single.items() if name in live}
    return {**live, **many, "certificateAuthorities": [authority] if authority else [], "id": text(args, "name")}


def cluster_auth(connection: Connection, args: Props) -> Props:
    """Make a token for a cluster's API: a signed request to say who one is, as `aws eks get-token` does."""
    region, name = _region(connection, args), text(args, "name")
    client = connection.client("sts", region)
    signer: Any = RequestSigner(
        client.meta.service_model.service_id,
        region,
        "sts",
        "v4",
        client._get_credentials(),  # noqa: SLF001 - botocore has no other way to a client's credentials
        client.meta.events,
    )
    request = {
        "method": "GET",
        "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": name},
        "context": {},
    }
    url = signer.generate_presigned_url(request, region_name=region, expires_in=TOKEN_SECONDS, operation_name="")
    token = "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return {"id": name, "name": name, "token": token, "region": region}


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
    "aws:eks/getCluster:getCluster": cluster,
    "aws:eks/getClusterAuth:getClusterAuth": cluster_auth,
}
