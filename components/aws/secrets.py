"""Secrets in Secrets Manager: encrypted with the stack's key, each with one reader."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement

# The longest that AWS keeps a secret that is to go; meanwhile `aws secretsmanager restore-secret` brings it back.
_RECOVERY_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class SecretArgs:
    """A secret whose name is ``path`` plus digits; ``value`` is a Pulumi secret.

    A ``recoverable`` one can be restored for 30 days after its deletion.
    """

    account: Account
    path: str
    description: str
    value: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    recoverable: bool
    tags: Mapping[str, str] | None = None


class Secret(pulumi.ComponentResource):
    """A secret with its current value; ``version`` exists once the value can be read."""

    arn: pulumi.Output[str]
    version: pulumi.Resource

    def __init__(self, name: str, args: SecretArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Secret", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        secret = aws.secretsmanager.Secret(
            name,
            # A secret that waits for its end holds its name: with one of its own each, the next `up` is not in its way.
            name_prefix=f"{args.path}-",
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=_RECOVERY_DAYS if args.recoverable else 0,
            tags=args.tags,
            opts=here,
        )
        self.version = aws.secretsmanager.SecretVersion(name, secret_id=secret.arn, secret_string=args.value, opts=here)
        self._region, self._key_arn = args.account.region, args.key_arn
        self.arn = secret.arn
        self.register_outputs({"arn": self.arn})

    def readable(self) -> tuple[Statement, ...]:
        """Return the permissions of its reader: read this secret, and have Secrets Manager decrypt it."""
        return may_read(self.pulumi_resource_name.title(), self.arn, self._key_arn, self._region)


def may_read(
    name: str, arn: pulumi.Input[str], key_arn: pulumi.Input[str] | None, region: str
) -> tuple[Statement, ...]:
    """Return the permissions to read the secret ``arn``, and to have Secrets Manager decrypt it with a key.

    ``key_arn`` is None for AWS's own key, which whoever may read a secret of the account may use through the service.
    """
    # A statement's name has letters and digits only.
    name = "".join(sign for sign in name if sign.isascii() and sign.isalnum())
    read = Statement(
        sid=f"Read{name}",
        # The driver asks for the secret's versions before it fetches one again.
        actions=("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
        resources=(arn,),
    )
    if key_arn is None:
        return (read,)
    decrypt = Statement(
        sid=f"Decrypt{name}",
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        conditions={
            "StringEquals": {
                "kms:ViaService": f"secretsmanager.{region}.amazonaws.com",
                "kms:EncryptionContext:SecretARN": arn,
            }
        },
    )
    return read, decrypt
