"""Log groups: encrypted, with the stack's retention, and kept when the stack is destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import guarded


@dataclass(frozen=True, kw_only=True)
class LogGroupArgs:
    """A log group called ``path`` in AWS; a ``protected`` or ``kept`` one outlives the stack."""

    path: str
    key_arn: pulumi.Input[str]
    retention_days: int
    protected: bool
    kept: bool = False
    tags: Mapping[str, str] | None = None


def make_log_group(name: str, args: LogGroupArgs, *, parent: pulumi.Resource) -> aws.cloudwatch.LogGroup:
    """Create a log group."""
    return aws.cloudwatch.LogGroup(
        name,
        name=args.path,
        kms_key_id=args.key_arn,
        retention_in_days=args.retention_days,
        skip_destroy=args.protected,
        tags=args.tags,
        opts=guarded(pulumi.ResourceOptions(parent=parent), protected=args.protected, kept=args.kept),
    )
