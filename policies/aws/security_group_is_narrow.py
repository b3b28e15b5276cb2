"""No security group lets the world in, and the default one lets nothing through."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.address_ranges import is_world
from policies.aws_views import DEFAULT_SECURITY_GROUP, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.judging import Findings, resource_policy
from policies.reading import Record, known


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at rules in a group and at rules of their own."""
    bag = Record(args.props)
    match args.resource_type:
        case str(kind) if kind == DEFAULT_SECURITY_GROUP:
            for direction in ("ingress", "egress"):
                if known(bag.records(direction)):
                    yield f"the default group has {direction} rules: what forgot its own group is let through"
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
            yield f"lets everybody in ({cidr})"


POLICY = resource_policy(
    name="security-group-is-narrow",
    description="No security group lets the world in, and the default one lets nothing through.",
    remedy="name the ranges or the security group that may come in; give the default group no rule",
    types=(SECURITY_GROUP, DEFAULT_SECURITY_GROUP, INGRESS_RULE, SECURITY_GROUP_RULE),
    judge=judge,
    severity=Severity.CRITICAL,
)
