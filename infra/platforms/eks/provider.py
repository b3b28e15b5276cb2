"""The AWS provider of a stack, its account, and the zones that it may use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from config import credentials
from config.aws.network import NetworkSettings
from config.aws.settings import AwsSettings
from config.load import Stack

_PREFIX = "planewatch"
# Zones in which EKS takes no subnet ("Amazon EKS networking requirements"), by id: which name such a zone has is each
# account's own. It may be the first.
_WITHOUT_EKS = ("cac1-az3", "use1-az3", "usw1-az2")


def make_provider(stack: Stack, settings: AwsSettings) -> aws.Provider:
    """Create the provider; it tags everything and refuses any account other than the one the stack names."""
    return aws.Provider(
        "aws",
        region=settings.region,
        profile=settings.profile,
        allowed_account_ids=[settings.account] if settings.account else None,
        default_tags=aws.ProviderDefaultTagsArgs(
            tags={
                **_tags(stack, settings),
                f"{_PREFIX}:release": stack.settings.release.replace("+", "_"),
            }
        ),
    )


@contextmanager
def asking() -> Iterator[None]:
    """Turn errors of the API into ``pulumi.RunError`` with the API's message, without a traceback."""
    try:
        yield
    except Exception as error:
        # What the SDK raises for an invoke that is refused has no type of its own; faults of ours have one.
        if type(error) is not Exception:
            raise
        raise pulumi.RunError(f"cannot query the account: {error}") from None


def find_account(stack: Stack, settings: AwsSettings, provider: aws.Provider) -> Account:
    """Return the account of the credentials; raises ``pulumi.RunError`` without any, or for another account's."""
    asked = pulumi.InvokeOptions(provider=provider)
    try:
        identity, partition = aws.get_caller_identity(opts=asked), aws.get_partition(opts=asked)
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        credentials_used = credentials.credentials_used(settings.profile, os.environ)
        raise pulumi.RunError(
            f"cannot look up the account of the credentials: {error}; credentials used: {credentials_used}"
            + (f", for account {settings.account} (planewatch:aws.account)" if settings.account else "")
            + f". To continue, {credentials.log_in(settings.profile, os.environ)}"
        ) from None
    return Account(
        stack=stack.name,
        region=settings.region,
        id=identity.account_id,
        partition=partition.partition,
        tags=_tags(stack, settings),
    )


def _tags(stack: Stack, settings: AwsSettings) -> dict[str, str]:
    return {
        f"{_PREFIX}:stack": stack.name,
        "owner": settings.ownership.owner,
        "cost-center": settings.ownership.cost_center,
    }


def choose_zones(region: str, settings: NetworkSettings, provider: aws.Provider) -> tuple[str, ...]:
    """Return the availability zones to use: those named, or the first of the region by name that EKS supports.

    Raises ``pulumi.RunError`` for a missing zone, and if there are too few.
    """
    # Local and wavelength zones want an opt-in and have no NAT gateways or endpoints.
    there = sorted(
        aws.get_availability_zones(
            state="available",
            filters=[aws.GetAvailabilityZonesFilterArgs(name="opt-in-status", values=["opt-in-not-required"])],
            exclude_zone_ids=list(_WITHOUT_EKS),
            opts=pulumi.InvokeOptions(provider=provider),
        ).names
    )
    place, offered = "aws.network.zones", f"region {region} has {', '.join(there)} for EKS"
    if isinstance(settings.zones, int):
        if settings.zones > len(there):
            raise pulumi.RunError(f"{place} must be ≤ {len(there)} (got {settings.zones}); {offered}")
        return tuple(there[: settings.zones])
    if missing := [zone for zone in settings.zones if zone not in there]:
        raise pulumi.RunError(f"{place}: {', '.join(missing)} not available; {offered}")
    return tuple(settings.zones)
