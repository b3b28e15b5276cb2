"""No role gets AWS's administrator policies."""

import re

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import ROLE, ROLE_ATTACHMENT
from policies.reading import Record, known
from policies.resource_policies import Findings, resource_policy

_WIDE = re.compile(r"arn:[^:]+:iam::aws:policy/(.*/)?(AdministratorAccess.*|PowerUserAccess|\w*FullAccess\w*)")
_ATTACHMENTS = (
    ROLE_ATTACHMENT,
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)


def check(args: ResourceValidationArgs) -> Findings:
    """Check attached policies, whether by attachment or inside a role."""
    bag = Record(args.props)
    for arn in (bag.text("policyArn"), *known(bag.texts("managedPolicyArns"))):
        if isinstance(arn, str) and (wide := _WIDE.fullmatch(arn)):
            yield f"attaches {wide[2]}"


POLICY = resource_policy(
    name="managed-policy-is-narrow",
    description="No role gets AWS's administrator policies:  AdministratorAccess, PowerUserAccess, …FullAccess.",
    remedy="write a policy of its own with the actions and ARNs that are needed",
    types=(*_ATTACHMENTS, ROLE),
    check=check,
    severity=Severity.CRITICAL,
)
