"""Sensitive files on EKS: kept in Secrets Manager, written into pods by the Secrets Store CSI driver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import CSIVolumeSourceArgs, VolumeArgs

from components.aws.account import Account
from components.aws.identity import Binding
from components.aws.policy import Statement
from components.aws.secret_store import SecretStore
from components.aws.secrets import Secret, SecretArgs
from components.platform import ZoneSpec
from components.workload import File
from infra.platforms.eks.identities import plane_tags
from infra.platforms.eks.renames import earlier_in
from infra.platforms.kubernetes.files import Folder

API_VERSION, KIND = "secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"
_DRIVER = "secrets-store.csi.k8s.io"
# The provider writes as root and knows no group of the pod's: whoever runs in the pod may read, nobody may write.
_MODE = "0444"


@dataclass(frozen=True, kw_only=True)
class SensitiveFiles:
    """The files of a workload that reach its pods through Secrets Manager."""

    zone: ZoneSpec
    role: str
    files: tuple[File, ...]


@dataclass(frozen=True, kw_only=True)
class SecretsManager:
    """The stored sensitive files, by zone, role and path; pods can read them once ``ready`` exist.

    They are in ``region``. ``by`` says how pods get the roles that may read them: Pod Identity or IRSA.
    """

    region: str
    by: Binding
    kept: Mapping[tuple[str, str, str], Secret] = field(default_factory=dict)
    ready: tuple[pulumi.Resource, ...] = ()

    def readers(self, zone: str) -> tuple[str, ...]:
        """Return the workloads of a zone that have sensitive files."""
        return tuple(dict.fromkeys(role for where, role, _ in self.kept if where == zone))

    def readable(self, zone: str, role: str) -> tuple[Statement, ...]:
        """Return the statements that let a workload's pods read their files."""
        own = [secret for key, secret in self.kept.items() if key[:2] == (zone, role)]
        return tuple(statement for secret in own for statement in secret.readable())

    def volume(self, folder: Folder, *, options: pulumi.ResourceOptions) -> VolumeArgs:
        """Declare the folder's content for the driver, which writes it before the pod's containers start."""
        kept = {file.name: self.kept[folder.zone, folder.role, file.path] for file in folder.files}
        objects = [
            {
                "objectName": secret.arn,
                "objectType": "secretsmanager",
                "objectAlias": name,
                "filePermission": _MODE,
            }
            for name, secret in kept.items()
        ]
        # Not before there is a value to read and somebody who reads it.
        needed = [*(secret.version for secret in kept.values()), *self.ready]
        declared = CustomResource(
            folder.resource,
            api_version=API_VERSION,
            kind=KIND,
            metadata=folder.metadata,
            spec={
                "provider": "aws",
                "parameters": {
                    "region": self.region,
                    "usePodIdentity": "true" if self.by == "pod-identity" else "false",
                    "objects": pulumi.Output.json_dumps(objects),
                },
            },
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=needed)),
        )
        name = pulumi.Output.all(folder.name, declared.id).apply(lambda both: str(both[0]))
        source = CSIVolumeSourceArgs(driver=_DRIVER, read_only=True, volume_attributes={"secretProviderClass": name})
        return VolumeArgs(name=folder.slug, csi=source)


def keep_files(
    sensitive: Sequence[SensitiveFiles],
    account: Account,
    store: SecretStore,
    *,
    by: Binding,
    recoverable: bool,
    options: pulumi.ResourceOptions,
) -> SecretsManager:
    """Store sensitive files in Secrets Manager, encrypted with the key of ``store``.

    ``recoverable`` ones can be restored for 30 days after their deletion.
    """
    kept = {
        (own.zone.name, own.role, file.path): Secret(
            f"{own.zone.name}-{own.role}-{file.name}",
            SecretArgs(
                account=account,
                path=f"{account.name}/{own.zone.name}/{own.role}/{file.name}",
                description=f"{file.path} of {own.role} in {own.zone.name}",
                value=file.content,
                key_arn=store.key_arn,
                recoverable=recoverable,
                tags=plane_tags(own.zone),
            ),
            opts=pulumi.ResourceOptions.merge(options, earlier_in(own.zone)),
        )
        for own in sensitive
        for file in own.files
    }
    return SecretsManager(region=account.region, by=by, kept=kept, ready=store.ready)
