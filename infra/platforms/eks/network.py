"""The network of a stack's cluster: the stack's own VPC, or an existing one, which is checked first."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.network import Network, NetworkArgs
from config.aws.network import ExistingNetwork
from config.aws.settings import AwsSettings
from config.subnets import overlapping, service_cidr
from infra.platforms.eks.provider import choose_zones
from infra.platforms.eks.renames import earlier_children

_PLACE = "planewatch:aws.network.existing"
_LEAST_ZONES = 2
# EKS needs 6 free addresses in each subnet for its own interfaces and recommends 16; updates take more for a while.
_LEAST_ADDRESSES = 16


@dataclass(frozen=True, kw_only=True)
class Place:
    """Private subnets in at least two zones, the CIDR for Services, and how AWS is reached from there.

    ``reach`` is empty in an existing VPC.
    """

    subnet_ids: tuple[pulumi.Input[str], ...]
    service_cidr: str
    reach: tuple[pulumi.Resource, ...] = ()


def choose_place(settings: AwsSettings, account: Account, provider: aws.Provider, *, secrets: bool) -> Place:
    """Create the network, or check the existing one; raises ``pulumi.RunError`` if it cannot be used."""
    said, services = settings.network, settings.cluster.service_cidr
    if said.existing is not None:
        cidrs = _look(settings.region, said.existing, services, pulumi.InvokeOptions(provider=provider))
        return Place(subnet_ids=tuple(said.existing.private_subnet_ids), service_cidr=services or service_cidr(*cidrs))
    network = Network(
        "network",
        NetworkArgs(
            account=account,
            zones=choose_zones(settings.region, said, provider),
            cidr=said.cidr,
            nat=said.nat,
            flow_log_retention_days=said.flow_log_retention_days,
            secrets=secrets,
            prefix=account.name,
        ),
        opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(provider=provider), earlier_children("network")),
    )
    return Place(
        subnet_ids=network.private_subnet_ids,
        service_cidr=services or service_cidr(said.cidr),
        reach=(network,),
    )


def _look(region: str, said: ExistingNetwork, services: str | None, asked: pulumi.InvokeOptions) -> tuple[str, ...]:
    """Return the CIDRs of the VPC."""
    if said.vpc_id not in aws.ec2.get_vpcs(opts=asked).ids:
        raise pulumi.RunError(f"{_PLACE}.vpcId: {_not_there(said.vpc_id, region)}")
    vpc = aws.ec2.get_vpc(id=said.vpc_id, opts=asked)
    cidrs = tuple(each.cidr_block for each in vpc.cidr_block_associations if each.state == "associated")
    faults = [*_faulty_subnets(region, said, asked), *_faulty_services(services, cidrs)]
    if faults:
        raise pulumi.RunError("the existing network cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return cidrs


def _faulty_subnets(region: str, said: ExistingNetwork, asked: pulumi.InvokeOptions) -> Iterator[str]:
    everywhere = set(aws.ec2.get_subnets(opts=asked).ids)
    own = aws.ec2.GetSubnetsFilterArgs(name="vpc-id", values=[said.vpc_id])
    inside = set(aws.ec2.get_subnets(filters=[own], opts=asked).ids)
    sides = (("privateSubnetIds", said.private_subnet_ids), ("publicSubnetIds", said.public_subnet_ids))
    for side, names in sides:
        for name in names:
            if name not in everywhere:
                yield f"{_PLACE}.{side}: {_not_there(name, region)}"
            elif name not in inside:
                yield f"{_PLACE}.{side}: {name} does not belong to VPC {said.vpc_id}; name subnets of this VPC"
    private = [aws.ec2.get_subnet(id=name, opts=asked) for name in said.private_subnet_ids if name in inside]
    zones = {subnet.availability_zone for subnet in private}
    if len(zones) == 1 and len(private) == len(said.private_subnet_ids):
        yield (
            f"{_PLACE}.privateSubnetIds are all in zone {zones.pop()}; EKS requires subnets in at least {_LEAST_ZONES}"
            " zones"
        )
    for subnet in private:
        if subnet.available_ip_address_count < _LEAST_ADDRESSES:
            yield (
                f"{_PLACE}.privateSubnetIds: {subnet.id} ({subnet.cidr_block}): free addresses must be ≥"
                f" {_LEAST_ADDRESSES} (got {subnet.available_ip_address_count}): the control plane takes them, and each"
                " pod one more"
            )


def _faulty_services(services: str | None, cidrs: tuple[str, ...]) -> Iterator[str]:
    place = "planewatch:aws.cluster.serviceCidr"
    if services is not None:
        if shared := overlapping(services, cidrs):
            yield f"{place} {services} overlaps {', '.join(shared)} of the VPC; choose a range outside it"
        return
    try:
        service_cidr(*cidrs)
    except ValueError as error:
        yield f"{place} is not set, and the VPC uses the default ranges: {error}; set it to an unused network"


def _not_there(name: str, region: str) -> str:
    simulated = os.environ.get("AWS") == "simulated"
    hint = "a simulated account starts empty" if simulated else "check region and account"
    return f"{name} not found in {region} with these credentials; {hint}"
