"""A data plane's role writes to the plane's own workspace, and to none where planes share one."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pulumi_policy import Severity

from policies.aws_views import (
    MANAGED_POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    ROLE_POLICY,
    WORKSPACE,
    AwsResource,
    AwsStack,
    AwsViolation,
    aws_policy,
)
from policies.iam_documents import parse

_WRITE = "aps:RemoteWrite"


def check(stack: AwsStack) -> Iterator[AwsViolation]:
    """Check what planes' policies grant; in a preview, where no ARN is known yet, which workspaces they refer to."""
    for role, policy in _granted(stack):
        if not (plane := stack.plane_of(role)):
            continue
        own = {workspace.urn for workspace in stack.of(WORKSPACE) if stack.plane_of(workspace) == plane}
        foreign = [one for one in stack.of(WORKSPACE) if one.urn not in own and _reaches(stack, policy, one)]
        for workspace in foreign:
            owner = stack.plane_of(workspace)
            whose = f"of plane '{owner}'" if owner else "without an owner"
            yield policy, f"lets plane '{plane}' reach workspace '{workspace.resource_name}' {whose}"
        if not foreign and (strange := _strange_targets(stack, policy)):
            yield policy, f"lets plane '{plane}' write to {', '.join(strange)}, which is not its own workspace"


def _granted(stack: AwsStack) -> Iterator[tuple[AwsResource, AwsResource]]:
    """Pair roles with their policies, inline ones and those of this stack that are attached."""
    for policy in stack.of(ROLE_POLICY):
        yield from ((role, policy) for role in stack.behind(policy, "role", ROLE))
    for attachment in stack.of(ROLE_ATTACHMENT):
        for policy in stack.behind(attachment, "policyArn", MANAGED_POLICY):
            yield from ((role, policy) for role in stack.behind(attachment, "role", ROLE))


def _targets(policy: AwsResource) -> tuple[str, ...]:
    statements = parse(policy.known("policy")) or ()
    return tuple(resource for one in statements if one.grants(_WRITE) for resource in one.resources)


def _reaches(stack: AwsStack, policy: AwsResource, workspace: AwsResource) -> bool:
    if workspace in stack.behind(policy, "policy", WORKSPACE):
        return True
    return any(fnmatchcase(workspace.known("arn"), target) for target in _targets(policy))


def _strange_targets(stack: AwsStack, policy: AwsResource) -> list[str]:
    arns = {workspace.known("arn") for workspace in stack.of(WORKSPACE)}
    # A workspace whose ARN is not known may be any of the targets.
    return [] if "" in arns else [target for target in _targets(policy) if target not in arns]


POLICY = aws_policy(
    name="planes-write-own-workspace",
    description="A data plane's role writes to the plane's own workspace, and to none where planes share one.",
    remedy="leave writing to the agents (isolation: shared), or grant aps:RemoteWrite on the plane's own workspace",
    check=check,
    severity=Severity.CRITICAL,
)
