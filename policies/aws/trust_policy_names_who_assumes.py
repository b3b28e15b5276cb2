"""Roles are taken by those whom their trust names, on this account's behalf."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import ROLE
from policies.iam_documents import Statement, look
from policies.judging import Findings, resource_policy
from policies.reading import Record

# Instances get a role by an instance profile of their own account: nobody else can make the service come.
_NO_CONDITION_NEEDED = frozenset({"ec2.amazonaws.com"})


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at each principal of the trust: everybody, a service, or whoever an OIDC provider vouches for."""
    return look(Record(args.props), "assumeRolePolicy", _anybody)


def _anybody(statement: Statement) -> Iterator[str]:
    if "NotPrincipal" in statement.inverted:
        yield "trusts everybody but whom it names (NotPrincipal)"
    for kind, name in statement.principals:
        if kind == "Federated":
            yield from _federated(statement, name)
        elif name == "*" and not statement.narrows:
            yield "trusts everybody (principal *)"
        elif kind == "Service" and name not in _NO_CONDITION_NEEDED and not statement.narrows:
            yield f"trusts {name} on anybody's behalf: no condition names the account, resource or pod"


def _federated(statement: Statement, provider: str) -> Iterator[str]:
    exact = {condition.key.rpartition(":")[2] for condition in statement.conditions if condition.exact}
    if missing := [claim for claim in ("aud", "sub") if claim not in exact]:
        yield f"trusts any token of {provider.rpartition('/')[2]}: no exact condition on {' and '.join(missing)}"


POLICY = resource_policy(
    name="trust-policy-names-who-assumes",
    description="Roles are taken by those whom their trust names: services for this account, tokens by aud and sub.",
    remedy="name principals; give services aws:SourceAccount or the pod's tags, and an OIDC provider aud and sub "
    "(StringEquals), as components/aws/identity.py does",
    types=(ROLE,),
    judge=judge,
    severity=Severity.CRITICAL,
)
