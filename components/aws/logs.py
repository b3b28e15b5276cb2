"""Log groups: encrypted, kept for as long as the stack says, and not lost with the stack that wrote them."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.aws.account import guarded


def log_group(
    name: str,
    path: str,
    *,
    key: aws.kms.Key,
    retention_days: int,
    protected: bool,
    tags: Mapping[str, str] | None = None,
    parent: pulumi.Resource,
) -> aws.cloudwatch.LogGroup:
    """Make the log group called ``path`` in AWS."""
    return aws.cloudwatch.LogGroup(
        name,
        name=path,
        kms_key_id=key.arn,
        retention_in_days=retention_days,
        skip_destroy=protected,
        tags=tags,
        opts=guarded(pulumi.ResourceOptions(parent=parent), protected=protected),
    )
