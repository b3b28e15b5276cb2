"""Policies of roles name what they grant: no wildcard but those that are explained here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import MANAGED_POLICY, ROLE, ROLE_POLICY
from policies.iam_documents import Statement, look
from policies.judging import Findings, resource_policy
from policies.reading import Record, known

_WILDCARD = re.compile(r"[*?]")


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A wildcard that is meant: for these actions a resource may look so, because nothing narrower does."""

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


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at the statements that allow, in policies of their own and inside a role."""
    bag = Record(args.props)
    if args.resource_type != ROLE:
        yield from look(bag, "policy", _wide)
        return
    for inline in known(bag.records("inlinePolicies")):
        yield from look(inline, "policy", _wide)


def _wide(statement: Statement) -> Iterator[str]:
    for member in statement.inverted:
        yield f"allows all but what it names ({member})"
    for action in statement.actions:
        if _WILDCARD.search(action):
            yield f"grants {action}, also what AWS adds tomorrow"
    for resource in statement.resources:
        if not _WILDCARD.search(resource) or _is_explained(statement, resource):
            continue
        if statement.grants("iam:PassRole"):
            yield f"passes every role that fits {resource} on (iam:PassRole), and so grants what those may do"
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
    description="Policies of roles name what they grant: no wildcard action or resource but those that are explained.",
    remedy="list actions and ARNs; a wildcard that must be gets its reason in EXPLAINED "
    "(policies/aws/identity_policy_names_what_it_grants.py)",
    types=(ROLE_POLICY, MANAGED_POLICY, ROLE),
    judge=judge,
    severity=Severity.CRITICAL,
)
