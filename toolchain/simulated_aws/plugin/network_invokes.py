"""Functions that read networks which the program does not manage."""

from dataclasses import dataclass
from typing import Any

from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.lookups import region_of_call
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, objects, text, texts


def filters_of(args: Props) -> list[dict[str, object]]:
    """Return the filters in EC2's own form."""
    return [{"Name": text(one, "name"), "Values": texts(one, "values")} for one in objects(args, "filters")]


def vpcs(connection: Connection, args: Props) -> Props:
    """List VPCs."""
    return _ids(connection, args, _VPCS)


def subnets(connection: Connection, args: Props) -> Props:
    """List subnets."""
    return _ids(connection, args, _SUBNETS)


def vpc(connection: Connection, args: Props) -> Props:
    """Describe one VPC."""
    found = _one(connection, args, _VPCS)
    return {
        **args,
        "id": found["VpcId"],
        "cidrBlock": found["CidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": each["AssociationId"],
                "cidrBlock": each["CidrBlock"],
                "state": each["CidrBlockState"]["State"],
            }
            for each in found["CidrBlockAssociationSet"]
        ],
        "state": found["State"],
        "default": found["IsDefault"],
        "region": region_of_call(connection, args),
    }


def subnet(connection: Connection, args: Props) -> Props:
    """Describe one subnet."""
    found = _one(connection, args, _SUBNETS)
    return {
        **args,
        "id": found["SubnetId"],
        "vpcId": found["VpcId"],
        "availabilityZone": found["AvailabilityZone"],
        "cidrBlock": found["CidrBlock"],
        "availableIpAddressCount": found["AvailableIpAddressCount"],
        "state": found["State"],
        "region": region_of_call(connection, args),
    }


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """How EC2 lists a kind: operation, member of the answer, member of each that is its id, filter by id."""

    noun: str
    operation: str
    member: str
    key: str
    by_id: str


_VPCS = _Kind(noun="VPC", operation="describe_vpcs", member="Vpcs", key="VpcId", by_id="vpc-id")
_SUBNETS = _Kind(noun="Subnet", operation="describe_subnets", member="Subnets", key="SubnetId", by_id="subnet-id")


def _ids(connection: Connection, args: Props, kind: _Kind) -> Props:
    region = region_of_call(connection, args)
    return {**args, "id": region, "ids": [each[kind.key] for each in _listed(connection, args, kind)], "region": region}


def _one(connection: Connection, args: Props, kind: _Kind) -> dict[str, Any]:
    found = _listed(connection, args, kind)
    if len(found) != 1:
        raise RefusedError(f"multiple EC2 {kind.noun}s matched" if found else f"no matching EC2 {kind.noun} found")
    return found[0]


def _listed(connection: Connection, args: Props, kind: _Kind) -> list[dict[str, Any]]:
    filters = filters_of(args)
    if text(args, "id"):
        filters.append({"Name": kind.by_id, "Values": [text(args, "id")]})
    params: dict[str, object] = {"Filters": filters} if filters else {}
    region = region_of_call(connection, args)
    answer = connection.call("ec2", kind.operation, params, doing=f"read a {kind.noun}", region=region)
    found: list[dict[str, Any]] = answer[kind.member]
    return found
