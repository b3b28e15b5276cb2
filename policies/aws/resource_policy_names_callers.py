"""Policies of keys, topics, secrets and repositories let nobody in but those they name."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import KEY, SECRET, TOPIC
from policies.iam_documents import Statement, look
from policies.judging import Findings, resource_policy
from policies.reading import Record

_POLICIES = (
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
)


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at the statements that allow; the account itself is a caller that is named."""
    return look(Record(args.props), "policy", _everybody)


def _everybody(statement: Statement) -> Iterator[str]:
    if "NotPrincipal" in statement.inverted:
        yield "allows everybody but whom it names (NotPrincipal)"
    if statement.narrows:
        return
    for kind, name in statement.principals:
        if name == "*":
            yield "allows everybody (principal *), and no condition says on whose behalf"
        elif kind == "Service":
            yield f"allows {name} on anybody's behalf: a stranger's resources could make it come"


POLICY = resource_policy(
    name="resource-policy-names-callers",
    description="Policies of keys, topics, secrets and repositories let nobody in but those they name.",
    remedy="name the principal; tie a service or * to this account by aws:SourceAccount or aws:SourceArn",
    types=(KEY, TOPIC, SECRET, *_POLICIES),
    judge=judge,
    severity=Severity.CRITICAL,
)
