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
from components.kept import StoredSecret
from components.platform import ZoneSpec
from components.workload import File
from infra.platforms.eks import stored
from infra.platforms.eks.identities import plane_tags
from infra.platforms.eks.renames import earlier_in
from infra.platforms.eks.stored import Found
from infra.platforms.kubernetes.files import Folder, Place

API_VERSION, KIND = "secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"
_DRIVER = "secrets-store.csi.k8s.io"


@dataclass(frozen=True, kw_only=True)
class SensitiveFiles:
    """The files of a workload that reach its pods through Secrets Manager."""

    zone: ZoneSpec
    role: str
    files: tuple[File, ...]


@dataclass(frozen=True, kw_only=True)
class SecretsManager:
    """The stored sensitive files, by zone, role and path; pods can read them once ``ready`` exist.

    They are in ``region``. ``found`` are secrets of somebody else, by zone and role, then by how the stack file names
    them. ``by`` says how pods get the roles that may read them: Pod Identity or IRSA.
    """

    region: str
    by: Binding
    found: Mapping[tuple[str, str], Mapping[str, Found]] = field(default_factory=dict)
    kept: Mapping[tuple[str, str, str], Secret] = field(default_factory=dict)
    ready: tuple[pulumi.Resource, ...] = ()

    def readers(self, zone: str) -> tuple[str, ...]:
        """Return the workloads of a zone that have sensitive files."""
        of_stack = (key[:2] for key in self.kept)
        return tuple(dict.fromkeys(role for where, role in (*of_stack, *self.found) if where == zone))

    def readable(self, zone: str, role: str) -> tuple[Statement, ...]:
        """Return the statements that let a workload's pods read their files."""
        own = [secret for key, secret in self.kept.items() if key[:2] == (zone, role)]
        others = dict.fromkeys(self.found.get((zone, role), {}).values())
        return (
            *(statement for secret in own for statement in secret.readable()),
            *(statement for secret in others for statement in secret.readable(self.region)),
        )

    def volume(self, folder: Folder, *, options: pulumi.ResourceOptions) -> VolumeArgs:
        """Declare the folder's content for the driver, which writes it before the pod's containers start."""
        kept = {file.name: self.kept[folder.zone, folder.role, file.path] for file in folder.files}
        objects: list[dict[str, object]] = [
            {
                "objectName": secret.arn,
                "objectType": "secretsmanager",
                "objectAlias": name,
                "filePermission": stored.FILE_MODE,
            }
            for name, secret in kept.items()
        ]
        # Not before there is a value to read and somebody who reads it.
        needed = [*(secret.version for secret in kept.values()), *self.ready]
        return self._declare(folder, objects, needed, options)

    def stored(
        self, place: Place, files: Sequence[tuple[str, StoredSecret]], *, options: pulumi.ResourceOptions
    ) -> VolumeArgs:
        """Declare files out of secrets that somebody else keeps; raises ValueError for one that was not looked up."""
        found = self.found.get((place.zone, place.role), {})
        for name, secret in files:
            if secret.secret not in found:
                raise ValueError(f"{name} of {place.role}: the stack's settings must name {secret.secret} (got none)")
        return self._declare(place, stored.objects(files, found), self.ready, options)

    def _declare(
        self,
        place: Place,
        objects: Sequence[Mapping[str, object]],
        needed: Sequence[pulumi.Resource],
        options: pulumi.ResourceOptions,
    ) -> VolumeArgs:
        declared = CustomResource(
            place.resource,
            api_version=API_VERSION,
            kind=KIND,
            metadata=place.metadata,
            spec={
                "provider": "aws",
                "parameters": {
                    "region": self.region,
                    "usePodIdentity": "true" if self.by == "pod-identity" else "false",
                    "objects": pulumi.Output.json_dumps(objects),
                },
            },
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(needed))),
        )
        name = pulumi.Output.all(place.name, declared.id).apply(lambda both: str(both[0]))
        source = CSIVolumeSourceArgs(driver=_DRIVER, read_only=True, volume_attributes={"secretProviderClass": name})
        return VolumeArgs(name=place.slug, csi=source)


def keep_files(
    sensitive: Sequence[SensitiveFiles],
    account: Account,
    store: SecretStore,
    *,
    by: Binding,
    recoverable: bool,
    found: Mapping[tuple[str, str], Mapping[str, Found]] | None = None,
    options: pulumi.ResourceOptions,
) -> SecretsManager:
    """Store sensitive files in Secrets Manager, encrypted with the key of ``store``.

    ``recoverable`` ones can be restored for 30 days after their deletion. ``found`` are secrets of somebody else.
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
    return SecretsManager(region=account.region, by=by, kept=kept, found=found or {}, ready=store.ready)
