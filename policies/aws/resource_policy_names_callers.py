"""Policies of keys, topics, secrets and repositories admit only the callers they name."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import KEY, SECRET, TOPIC
from policies.iam_documents import Statement, check_statements
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy

_POLICIES = (
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
)


def check(args: ResourceValidationArgs) -> Findings:
    """Check the Allow statements; the account itself counts as a named caller."""
    return check_statements(Record(args.props), "policy", _everybody)


def _everybody(statement: Statement) -> Iterator[str]:
    if "NotPrincipal" in statement.inverted:
        yield "allows everyone except those it names (NotPrincipal)"
    if statement.narrows:
        return
    for kind, name in statement.principals:
        if name == "*":
            yield "allows everyone (principal *) without a condition on the account or resource"
        elif kind == "Service":
            yield f"allows {name} for any account: a stranger's resources could make it act"


POLICY = resource_policy(
    name="resource-policy-names-callers",
    description="Policies of keys, topics, secrets and repositories admit only the callers they name.",
    remedy="name the principal; tie a service or * to this account by aws:SourceAccount or aws:SourceArn",
    types=(KEY, TOPIC, SECRET, *_POLICIES),
    check=check,
    severity=Severity.CRITICAL,
)
