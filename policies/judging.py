"""What every resource policy shares: who it applies to, and how a finding is worded."""

from collections.abc import Callable, Iterable

from pulumi_policy import (
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)

from policies.docker_views import CONTAINER, Container, container

Findings = Iterable[str]
"""What was found wrong, one sentence part each, never with a secret value in it."""


def message(resource_type: str, name: str, found: str, remedy: str) -> str:
    """Word a violation: which resource, what was found, what to do."""
    return f"{resource_type.rsplit(':', 1)[-1]} '{name}': {found}. Remedy: {remedy}"


def container_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    check: Callable[[Container], Findings],
    running_only: bool = False,
    severity: Severity = Severity.HIGH,
) -> ResourceValidationPolicy:
    """Make a policy for Docker containers.

    With `running_only` it does not apply to carriers (`start: false`): no process runs in those, and the official
    plugin can fill a volume only through a container whose root is writable.
    """

    def judge(args: ResourceValidationArgs) -> Findings:
        view = container(args.props)
        if running_only and view.never_starts:
            args.not_applicable("the container is never started")
        return check(view)

    return resource_policy(
        name=name, description=description, remedy=remedy, types=(CONTAINER,), judge=judge, severity=severity
    )


def resource_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    types: tuple[str, ...],
    judge: Callable[[ResourceValidationArgs], Findings],
    severity: Severity = Severity.HIGH,
    config_schema: PolicyConfigSchema | None = None,
) -> ResourceValidationPolicy:
    """Make a policy for the resource types `types`; other resources are not applicable."""

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        if args.resource_type not in types:
            args.not_applicable(f"applies to {', '.join(types)}")
        for found in judge(args):
            report_violation(message(args.resource_type, args.name, found, remedy), None)

    return ResourceValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        severity=severity,
        remediation_steps=remedy,
        config_schema=config_schema,
    )
