"""Secrets Manager: secrets, and the versions of their values."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row
from toolchain.simulated_aws.plugin.tables import tagging

_SECRET = {"SecretId": "{id}"}
_VERSION = {"SecretId": "{secretId}", "VersionId": "{versionId}"}


ROWS = (
    Row(
        urn_type="aws:secretsmanager/secret:Secret",
        service="secretsmanager",
        create=Call("create_secret"),
        identity="ARN",
        # One that waits for its end is gone: nothing can be asked of it but to come back.
        read=Read(Call("describe_secret", _SECRET), "[@][?DeletedDate == `null`] | [0]"),
        more=(Read(Call("get_resource_policy", _SECRET), picks={"policy": "ResourcePolicy"}, matches=False),),
        changes=(
            Change(("description", "kmsKeyId"), Call("update_secret", _SECRET)),
            Change(
                ("policy",),
                Call("put_resource_policy", {**_SECRET, "ResourcePolicy": "{policy}"}),
                on_create=True,
                send=False,
                clear=Call("delete_resource_policy", _SECRET),
            ),
        ),
        delete=Call(
            "delete_secret",
            {**_SECRET, "RecoveryWindowInDays": "{recovery_days}", "ForceDeleteWithoutRecovery": "{at_once}"},
        ),
        force_new=frozenset({"type"}),
        defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
        autoname="name",
        tags=tagging.SECRETS,
        missing=("ResourceNotFoundException",),
        local=frozenset({"recoveryWindowInDays"}),
        hooks=("secret",),
    ),
    Row(
        urn_type="aws:secretsmanager/secretVersion:SecretVersion",
        service="secretsmanager",
        create=Call("put_secret_value", {"SecretId": "{secretId}"}),
        identity="join('|', [ARN, VersionId])",
        import_parts=("secretId", "versionId"),
        separator="|",
        read=Read(Call("get_secret_value", _VERSION), picks={"secretArn": "ARN"}),
        # A version has no end of its own: the service lets it go once no label is on it, or with its secret. The label
        # of the current one can only be moved, which the next version does.
        delete=None,
        force_new=frozenset({"secretId", "secretString"}),
        # A secret that waits for its end refuses to be asked for its values.
        missing=("ResourceNotFoundException", "InvalidRequestException"),
        secrets=frozenset({"secretString"}),
        hooks=("secret_version",),
    ),
)
