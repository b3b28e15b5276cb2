"""A role that pods assume trusts the service account that it is associated with, and no other."""

from collections.abc import Iterator

from pulumi_policy import Severity

from policies.aws_views import ADDON, ASSOCIATION, ROLE, AwsResource, AwsStack, AwsViolation, aws_policy
from policies.iam_documents import POD_IDENTITY, parse
from policies.reading import known

# Where EKS puts its add-ons.
_ADDONS_NAMESPACE = "kube-system"
_NAMESPACE, _ACCOUNT = "aws:RequestTag/kubernetes-namespace", "aws:RequestTag/kubernetes-service-account"


def check(stack: AwsStack) -> Iterator[AwsViolation]:
    """Require the trust policy of each role to name the namespace and the service account, once it is known."""
    for association in stack.of(ASSOCIATION):
        roles = stack.behind(association, "roleArn", ROLE)
        if not roles and (arn := association.known("roleArn")):
            yield (
                association,
                f"gives pods '{arn}', not a role of this stack: its trust policy is unknown",
            )
        accounts = {association.known("serviceAccount")}
        yield from _misfits(association, roles, association.known("namespace"), accounts)
    for addon in stack.of(ADDON):
        given = known(addon.props.records("podIdentityAssociations"))
        accounts = {name for one in given if isinstance(name := one.text("serviceAccount"), str)}
        roles = stack.behind(addon, "podIdentityAssociations", ROLE)
        yield from _misfits(addon, roles, _ADDONS_NAMESPACE, accounts)


def _misfits(
    giver: AwsResource, roles: tuple[AwsResource, ...], namespace: str, accounts: set[str]
) -> Iterator[AwsViolation]:
    if not namespace or not accounts or "" in accounts:
        return
    for role in roles:
        for statement in parse(role.known("assumeRolePolicy")) or ():
            if not statement.allows or ("Service", POD_IDENTITY) not in statement.principals:
                continue
            if (
                statement.wants(_NAMESPACE) != {namespace}
                or not statement.wants(_ACCOUNT)
                or (statement.wants(_ACCOUNT) - accounts)
            ):
                names = ", ".join(f"{namespace}/{account}" for account in sorted(accounts))
                yield giver, f"gives {names} the role '{role.resource_name}', whose trust policy admits others too"


POLICY = aws_policy(
    name="pod-role-fits-its-account",
    description="A role that pods assume trusts the namespace and service account that it is associated with, and no "
    "other.",
    remedy="create role and association together through components/aws/identity.py",
    check=check,
    severity=Severity.CRITICAL,
)
