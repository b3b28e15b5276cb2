"""A workspace of Managed Prometheus has a limit on its series, a retention period, and logs."""

from collections.abc import Iterator

from policies.aws_views import WORKSPACE, AwsResource, AwsStack, AwsViolation, aws_policy
from policies.reading import Record, Unknown, has_unknown, known

_CONFIGURATION = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"


def check(stack: AwsStack) -> Iterator[AwsViolation]:
    """Require logging, and a configuration that limits all series of the workspace."""
    for workspace in stack.of(WORKSPACE):
        if not workspace.props.has("loggingConfiguration"):
            yield workspace, "writes no logs: a failing rule goes unnoticed"
        found = [one for one in stack.of(_CONFIGURATION) if workspace in stack.behind(one, "workspaceId", WORKSPACE)]
        if not found:
            yield workspace, "has no configuration: neither a limit on series nor a retention period"
        for one in found:
            yield from ((one, what) for what in _faults(one))


def _faults(configuration: AwsResource) -> Iterator[str]:
    bag = configuration.props
    if not bag.has("retentionPeriodInDays"):
        yield "retentionPeriodInDays is not set"
    limits = bag.records("limitsPerLabelSets")
    if not has_unknown(limits) and not any(_bounds_all(limit) for limit in known(limits)):
        yield "limitsPerLabelSets has no limit for the empty label set, which covers all series"


def _bounds_all(limit: Record) -> bool:
    labels, bound = limit.record("labelSet"), limit.record("limits")
    everything = isinstance(labels, Unknown) or labels is None or not labels.names
    return everything and (isinstance(bound, Unknown) or (bound is not None and bound.has("maxSeries")))


POLICY = aws_policy(
    name="workspace-has-bounds",
    description="A workspace of Managed Prometheus has a limit on its series, a retention period, and logs.",
    remedy="create it through components/aws/managed_prometheus.py (metrics.maximumSeries, metrics.retentionDays)",
    check=check,
)
