"""Build resource policies: which resources they apply to, and how a violation reads."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)

from policies.docker_views import CONTAINER, container
from policies.exemptions import EXEMPTIBLE, Exemption, of_stack
from policies.kubernetes_views import POD_OWNERS, pod
from policies.processes import Process

Findings = Iterable[str]
"""What was found wrong, one sentence part each, never with a secret value in it."""
Check = Callable[[ResourceValidationArgs], Findings]


def message(resource_type: str, name: str, found: str, remedy: str) -> str:
    """Word a violation: which resource, what was found, what to do."""
    return f"{resource_type.rsplit(':', 1)[-1]} '{name}': {found}. Remedy: {remedy}"


def container_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    check: Callable[[Process], Findings],
    running_only: bool = False,
    severity: Severity = Severity.HIGH,
) -> ResourceValidationPolicy:
    """Make a policy for containers, Docker's and those of pods.

    With `running_only` it does not apply to carriers (`start: false`): no process runs in those, and the official
    Docker plugin can fill a volume only through a container whose root is writable.
    """

    def check_processes(args: ResourceValidationArgs) -> Findings:
        for process in _processes(args):
            if running_only and process.never_starts:
                args.not_applicable("the container is never started")
            for found in check(process):
                yield f"container '{process.label}': {found}" if process.label else found

    types = (CONTAINER, *POD_OWNERS)
    return resource_policy(
        name=name, description=description, remedy=remedy, types=types, check=check_processes, severity=severity
    )


def _processes(args: ResourceValidationArgs) -> tuple[Process, ...]:
    if args.resource_type == CONTAINER:
        return (container(args.props).process,)
    view = pod(args.resource_type, args.props)
    return view.containers if view else ()


def resource_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    types: tuple[str, ...],
    check: Check,
    severity: Severity = Severity.HIGH,
    level: EnforcementLevel | None = None,
    config_schema: PolicyConfigSchema | None = None,
) -> ResourceValidationPolicy:
    """Make a policy for the resource types `types`; other resources are not applicable.

    A type that ends in a colon stands for every type with that prefix ("kubernetes:": every object on a cluster).
    `level` holds whatever the stack says.
    """

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        if not any(args.resource_type == one or _is_family(one, args.resource_type) for one in types):
            args.not_applicable(f"applies to {', '.join(types)}")
        own = of_stack() if name in EXEMPTIBLE else ()
        for found in check(args):
            covering = [one for one in own if one.covers(name, args.name, found)]
            if all(one.is_over(today()) for one in covering):
                past = _past(covering)
                report_violation(message(args.resource_type, args.name, f"{found}{past}", remedy), None)

    return ResourceValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        enforcement_level=level,
        severity=severity,
        remediation_steps=remedy,
        config_schema=config_schema,
    )


def _is_family(wanted: str, kind: str) -> bool:
    return wanted.endswith(":") and kind.startswith(wanted)


def today() -> date:
    """Return the day on which the pack runs, wherever that is the same for all: in UTC."""
    return datetime.now(UTC).date()


def _past(exemptions: Sequence[Exemption]) -> str:
    """Word that there were exemptions, if there were any."""
    last = max(exemptions, key=lambda one: one.until, default=None)
    return f"; its exemption ended on {last.until} ({last.owner})" if last else ""
