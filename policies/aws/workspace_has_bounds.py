"""A workspace of Managed Prometheus has a bound on its series, a retention, and logs."""

from collections.abc import Iterator

from policies.aws_views import WORKSPACE, AwsResource, AwsStack, AwsViolation, aws_policy
from policies.reading import Record, Unknown, has_unknown, known

_CONFIGURATION = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"


def judge(stack: AwsStack) -> Iterator[AwsViolation]:
    """Want logging, and a configuration of each workspace that bounds all of its series."""
    for workspace in stack.of(WORKSPACE):
        if not workspace.props.has("loggingConfiguration"):
            yield workspace, "writes no logs: a rule that fails is not seen"
        found = [one for one in stack.of(_CONFIGURATION) if workspace in stack.behind(one, "workspaceId", WORKSPACE)]
        if not found:
            yield workspace, "has no configuration: neither a bound on series nor a retention that the stack chose"
        for one in found:
            yield from ((one, what) for what in _faults(one))


def _faults(configuration: AwsResource) -> Iterator[str]:
    bag = configuration.props
    if not bag.has("retentionPeriodInDays"):
        yield "retentionPeriodInDays is not set"
    limits = bag.records("limitsPerLabelSets")
    if not has_unknown(limits) and not any(_bounds_all(limit) for limit in known(limits)):
        yield "limitsPerLabelSets bounds no set without labels, which is every series"


def _bounds_all(limit: Record) -> bool:
    labels, bound = limit.record("labelSet"), limit.record("limits")
    everything = isinstance(labels, Unknown) or labels is None or not labels.names
    return everything and (isinstance(bound, Unknown) or (bound is not None and bound.has("maxSeries")))


POLICY = aws_policy(
    name="workspace-has-bounds",
    description="A workspace of Managed Prometheus has a bound on its series, a retention, and logs.",
    remedy="make it through components/aws/managed_prometheus.py (metrics.maximumSeries, metrics.retentionDays)",
    judge=judge,
)
