"""Customer-managed keys: one per purpose, rotated each year, usable by the account and the intended services."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document

# The longest that AWS waits before a key, and with it all that it encrypts, is gone.
_DELETION_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class KeyUser:
    """A service that uses the key on its own; ``conditions`` restrict it to resources of this account."""

    service: str
    conditions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class KeyArgs:
    """A key with the alias ``alias/<alias>``, used by ``users``. The account's IAM policies decide who else may use it.

    A ``retained`` key is kept when it leaves the program, like the data that it encrypts.
    """

    account: Account
    alias: str
    description: str
    users: tuple[KeyUser, ...] = ()
    tags: Mapping[str, str] | None = None
    retained: bool = False


def make_key(name: str, args: KeyArgs, *, parent: pulumi.Resource) -> aws.kms.Key:
    """Create a key and its alias; return the key."""
    key = aws.kms.Key(
        name,
        description=args.description,
        enable_key_rotation=True,
        deletion_window_in_days=_DELETION_DAYS,
        policy=document(
            Statement(sid="AccountByIam", actions=("kms:*",), resources=("*",), accounts=(args.account.root,)),
            *(
                Statement(
                    sid=f"Service{index}",
                    actions=("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
                    # In a key's own policy the resource is the key itself.
                    resources=("*",),
                    services=(user.service,),
                    conditions={operator: {field: value} for operator, field, value in user.conditions},
                )
                for index, user in enumerate(args.users)
            ),
        ),
        tags=args.tags,
        opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=args.retained),
    )
    aws.kms.Alias(
        f"{name}-alias",
        name=f"alias/{args.alias}",
        target_key_id=key.key_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return key


def for_logs(account: Account) -> KeyUser:
    """Return CloudWatch Logs as a user of a key, for log groups of this account only."""
    return KeyUser(
        service=f"logs.{account.region}.amazonaws.com",
        conditions=(("ArnLike", "kms:EncryptionContext:aws:logs:arn", account.arn("logs", "log-group:*")),),
    )
