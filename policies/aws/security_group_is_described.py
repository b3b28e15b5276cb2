"""Security groups and their rules say what they are for."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.reading import Record, known
from policies.resource_policies import Findings, resource_policy

# What the provider writes when nobody said anything.
_NOTHING_SAID = (None, "", "Managed by Pulumi", "Managed by Terraform")


def check(args: ResourceValidationArgs) -> Findings:
    """Require a description of the resource and of each rule inside it."""
    bag = Record(args.props)
    if bag.text("description") in _NOTHING_SAID:
        yield "does not say what it is for"
    for direction in ("ingress", "egress"):
        for rule in known(bag.records(direction)):
            if rule.text("description") in _NOTHING_SAID:
                yield f"a rule for {direction} does not say what it is for"


POLICY = resource_policy(
    name="security-group-is-described",
    description="Security groups and their rules say what they are for.",
    remedy="write a description: who may reach what, and why",
    types=(SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE, SECURITY_GROUP_RULE),
    check=check,
    severity=Severity.LOW,
)
