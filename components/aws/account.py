"""Where a stack's AWS resources live: names, partition, and the account that the credentials belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account and region of a stack. ``partition`` is ``aws`` except in China and GovCloud.

    ``tags`` are those that stay the same from release to release, for what AWS makes on the stack's behalf: the
    provider tags only what it makes itself.
    """

    stack: str
    region: str
    id: str
    partition: str = "aws"
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of resources that a stack has once, and the prefix of all other names."""
        return f"planewatch-{self.stack}"

    def named(self, part: str) -> str:
        """Return the name of one part of the stack."""
        return f"{self.name}-{part}"

    @property
    def registry(self) -> str:
        """The address of the account's ECR registry, without a repository."""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"{self.id}.dkr.ecr.{self.region}.{suffix}"

    @property
    def root(self) -> str:
        """ARN of the account as a principal."""
        return f"arn:{self.partition}:iam::{self.id}:root"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def managed_policy(self, path: str) -> str:
        """Return the ARN of a policy that AWS manages."""
        return f"arn:{self.partition}:iam::aws:policy/{path}"


def guarded(options: pulumi.ResourceOptions, *, protected: bool, kept: bool = False) -> pulumi.ResourceOptions:
    """Return options that keep data: what is ``protected`` cannot be destroyed; that and what is ``kept`` is retained.

    A retained resource stays in AWS when it leaves the program or its stack is destroyed.
    """
    if not (protected or kept):
        return options
    return pulumi.ResourceOptions.merge(
        options, pulumi.ResourceOptions(protect=protected or None, retain_on_delete=True)
    )
