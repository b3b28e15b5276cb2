"""No security group is open to the internet, and the default one has no rules."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.address_ranges import is_world
from policies.aws_views import DEFAULT_SECURITY_GROUP, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.reading import Record, known
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Check rules inside a group and separate rules."""
    bag = Record(args.props)
    match args.resource_type:
        case str(kind) if kind == DEFAULT_SECURITY_GROUP:
            for direction in ("ingress", "egress"):
                if known(bag.records(direction)):
                    yield f"the default group has {direction} rules: whatever has no group of its own is let through"
        case str(kind) if kind == SECURITY_GROUP:
            for rule in known(bag.records("ingress")):
                yield from _lists(rule)
        case str(kind) if kind == INGRESS_RULE:
            yield from _world([bag.text("cidrIpv4"), bag.text("cidrIpv6")])
        case _ if bag.text("type") == "ingress":
            yield from _lists(bag)


def _lists(rule: Record) -> Iterator[str]:
    yield from _world([*known(rule.texts("cidrBlocks")), *known(rule.texts("ipv6CidrBlocks"))])


def _world(cidrs: list[object]) -> Iterator[str]:
    for cidr in cidrs:
        if isinstance(cidr, str) and is_world(cidr):
            yield f"is open to the internet ({cidr})"


POLICY = resource_policy(
    name="security-group-is-narrow",
    description="No security group is open to the internet, and the default one has no rules.",
    remedy="name the ranges or the security group that may connect; give the default group no rules",
    types=(SECURITY_GROUP, DEFAULT_SECURITY_GROUP, INGRESS_RULE, SECURITY_GROUP_RULE),
    check=check,
    severity=Severity.CRITICAL,
)
