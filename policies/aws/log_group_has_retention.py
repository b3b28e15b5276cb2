"""Logs are kept for a time that somebody chose."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import LOG_GROUP
from policies.judging import Findings, resource_policy
from policies.reading import Record


def judge(args: ResourceValidationArgs) -> Findings:
    """Want a number of days: nothing said, or 0, means for ever."""
    if Record(args.props).number("retentionInDays") in (None, 0):
        yield "keeps its logs for ever, and their costs grow with them"


POLICY = resource_policy(
    name="log-group-has-retention",
    description="Logs are kept for a time that somebody chose.",
    remedy="set retentionInDays (cluster.logRetentionDays, metrics.logRetentionDays, network.flowLogRetentionDays)",
    types=(LOG_GROUP,),
    judge=judge,
    severity=Severity.MEDIUM,
)
