"""Roles are assumed only by those whom their trust policy names, for this account."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import ROLE
from policies.iam_documents import Statement, check_statements
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy

# Instances get a role by an instance profile of their own account: nobody else can make the service come.
_NO_CONDITION_NEEDED = frozenset({"ec2.amazonaws.com"})


def check(args: ResourceValidationArgs) -> Findings:
    """Check each principal of the trust policy: everyone, a service, or the identities of an OIDC provider."""
    return check_statements(Record(args.props), "assumeRolePolicy", _anybody)


def _anybody(statement: Statement) -> Iterator[str]:
    if "NotPrincipal" in statement.inverted:
        yield "trusts everyone except those it names (NotPrincipal)"
    for kind, name in statement.principals:
        if kind == "Federated":
            yield from _federated(statement, name)
        elif name == "*" and not statement.narrows:
            yield "trusts everyone (principal *)"
        elif kind == "Service" and name not in _NO_CONDITION_NEEDED and not statement.narrows:
            yield f"trusts {name} for any account: no condition names the account, resource or pod"


def _federated(statement: Statement, provider: str) -> Iterator[str]:
    exact = {condition.key.rpartition(":")[2] for condition in statement.conditions if condition.exact}
    if missing := [claim for claim in ("aud", "sub") if claim not in exact]:
        yield f"trusts any token of {provider.rpartition('/')[2]}: no exact condition on {' and '.join(missing)}"


POLICY = resource_policy(
    name="trust-policy-names-who-assumes",
    description="Roles are assumed only by those whom their trust policy names: services for this account, tokens by "
    "aud and sub.",
    remedy="name principals; give services aws:SourceAccount or the pod's tags, and an OIDC provider aud and sub "
    "(StringEquals), as components/aws/identity.py does",
    types=(ROLE,),
    check=check,
    severity=Severity.CRITICAL,
)
