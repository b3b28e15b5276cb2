"""Log groups have a retention period."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import LOG_GROUP
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require a number of days: unset or 0 means for ever."""
    if Record(args.props).number("retentionInDays") in (None, 0):
        yield "keeps its logs for ever, at growing cost"


POLICY = resource_policy(
    name="log-group-has-retention",
    description="Log groups have a retention period.",
    remedy="set retentionInDays (cluster.logRetentionDays, metrics.logRetentionDays, network.flowLogRetentionDays)",
    types=(LOG_GROUP,),
    check=check,
    severity=Severity.MEDIUM,
)
