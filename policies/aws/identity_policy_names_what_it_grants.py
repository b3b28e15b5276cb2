"""Policies of roles name what they grant: no wildcard without an explanation here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import MANAGED_POLICY, ROLE, ROLE_POLICY
from policies.iam_documents import Statement, check_statements
from policies.reading import Record, known
from policies.resource_policies import Findings, resource_policy

_WILDCARD = re.compile(r"[*?]")


@dataclass(frozen=True, kw_only=True)
class Explained:
    """An intended wildcard: these actions may have such a resource, because nothing narrower works."""

    actions: re.Pattern[str]
    resource: re.Pattern[str]
    why: str


EXPLAINED = (
    Explained(
        actions=re.compile(r"logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)"),
        resource=re.compile(r"arn:[^*?]*:log-group:[^*?]+:\*"),
        why="the streams of one log group, whose names the service chooses",
    ),
)


def check(args: ResourceValidationArgs) -> Findings:
    """Check the Allow statements of standalone policies and of those inside a role."""
    bag = Record(args.props)
    if args.resource_type != ROLE:
        yield from check_statements(bag, "policy", _wide)
        return
    for inline in known(bag.records("inlinePolicies")):
        yield from check_statements(inline, "policy", _wide)


def _wide(statement: Statement) -> Iterator[str]:
    for member in statement.inverted:
        yield f"allows everything except what it names ({member})"
    for action in statement.actions:
        if _WILDCARD.search(action):
            yield f"grants {action}, including actions that AWS adds later"
    for resource in statement.resources:
        if not _WILDCARD.search(resource) or _is_explained(statement, resource):
            continue
        if statement.grants("iam:PassRole"):
            yield f"may pass every role that matches {resource} (iam:PassRole), and so grants their permissions"
        else:
            yield f"reaches {'everything' if resource == '*' else resource}"


def _is_explained(statement: Statement, resource: str) -> bool:
    return any(
        explained.resource.fullmatch(resource)
        and all(explained.actions.fullmatch(action) for action in statement.actions)
        for explained in EXPLAINED
    )


POLICY = resource_policy(
    name="identity-policy-names-what-it-grants",
    description="Policies of roles name what they grant: no wildcard in actions or resources without an explanation.",
    remedy="list actions and ARNs; explain a wildcard that is needed in EXPLAINED "
    "(policies/aws/identity_policy_names_what_it_grants.py)",
    types=(ROLE_POLICY, MANAGED_POLICY, ROLE),
    check=check,
    severity=Severity.CRITICAL,
)
