"""The functions that find secrets, and keys that encrypt them."""

from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.lookups import region_of_call
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, text


def secret(connection: Connection, args: Props) -> Props:
    """Describe a secret by its ARN or name, without its value."""
    named, region = text(args, "arn") or text(args, "name"), region_of_call(connection, args)
    if not named:
        raise RefusedError("one of arn and name is required")
    found = connection.call(
        "secretsmanager", "describe_secret", {"SecretId": named}, doing=f"describe the secret {named}", region=region
    )
    return {
        **args,
        "id": found["ARN"],
        "arn": found["ARN"],
        "name": found["Name"],
        "description": found.get("Description") or "",
        "kmsKeyId": found.get("KmsKeyId") or "",
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags") or ()},
        "region": region,
    }


def key(connection: Connection, args: Props) -> Props:
    """Describe a key by its ID, ARN or alias."""
    named, region = text(args, "keyId"), region_of_call(connection, args)
    found = connection.call("kms", "describe_key", {"KeyId": named}, doing=f"describe the key {named}", region=region)
    made = found["KeyMetadata"]
    return {
        **args,
        "id": made["KeyId"],
        "arn": made["Arn"],
        "awsAccountId": made["AWSAccountId"],
        "description": made.get("Description") or "",
        "enabled": made["Enabled"],
        "keyManager": made["KeyManager"],
        "keyState": made["KeyState"],
        "keyUsage": made.get("KeyUsage") or "ENCRYPT_DECRYPT",
        "origin": made["Origin"],
        "region": region,
    }
