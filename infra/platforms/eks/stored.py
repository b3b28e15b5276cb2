"""Existing secrets of Secrets Manager that a stack's workloads read: found before anything is created."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.policy import Statement
from components.aws.secrets import may_read
from components.kept import StoredSecret

# What secrets have without a key of somebody's own; it needs no permission.
_AWS_OWN_KEY = "alias/aws/secretsmanager"
# The provider writes as root and knows no group of the pod's: whoever runs in the pod may read, nobody may write.
FILE_MODE = "0444"


@dataclass(frozen=True, kw_only=True)
class Found:
    """An existing secret, and the key of somebody's own that encrypts it, if there is one."""

    arn: str
    key_arn: str | None

    def readable(self, region: str) -> tuple[Statement, ...]:
        """Return the permissions of a reader."""
        return may_read(self.arn.rpartition(":")[2], self.arn, self.key_arn, region)


def find(place: str, secret: str, asked: pulumi.InvokeOptions) -> Found:
    """Find a secret by ARN or name; ``place`` is where the stack file names it.

    Raises ``pulumi.RunError`` if it is not there or these credentials may not ask for it.
    """
    try:
        if secret.startswith("arn:"):
            found = aws.secretsmanager.get_secret(arn=secret, opts=asked)
        else:
            found = aws.secretsmanager.get_secret(name=secret, opts=asked)
        key = found.kms_key_id
        own = not key or key.endswith(_AWS_OWN_KEY)
        # An alias or an ID grants nothing.
        key_arn = None if own else aws.kms.get_key(key_id=key, opts=asked).arn
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        raise pulumi.RunError(
            f"planewatch:{place}: secret {secret} cannot be looked up ({error}); check its name and region, and that"
            " the deployer may secretsmanager:DescribeSecret and kms:DescribeKey"
        ) from None
    return Found(arn=found.arn, key_arn=key_arn)


def objects(files: Sequence[tuple[str, StoredSecret]], found: Mapping[str, Found]) -> list[dict[str, object]]:
    """Return what the driver's provider for AWS shall write; ``found`` are the secrets by how they are named.

    It takes each secret once, and writes all of it beside the values that it takes out.
    """
    by_arn: dict[str, list[tuple[str, StoredSecret]]] = {}
    for name, secret in files:
        by_arn.setdefault(found[secret.secret].arn, []).append((name, secret))
    return [_object(arn, files) for arn, files in by_arn.items()]


def _object(arn: str, files: Sequence[tuple[str, StoredSecret]]) -> dict[str, object]:
    whole = [name for name, secret in files if secret.json_key is None]
    if len(whole) > 1:
        raise pulumi.RunError(f"secretFiles.{whole[0]} and secretFiles.{whole[1]} are the same secret; leave one out")
    parts = [
        # A quoted name in JMESPath is a JSON string.
        {"path": json.dumps(secret.json_key), "objectAlias": name, "filePermission": FILE_MODE}
        for name, secret in files
        if secret.json_key is not None
    ]
    return {
        "objectName": arn,
        "objectType": "secretsmanager",
        "objectAlias": whole[0] if whole else f"{files[0][0]}.json",
        "filePermission": FILE_MODE,
        **({"jmesPath": parts} if parts else {}),
    }
