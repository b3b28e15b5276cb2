"""Sensitive files on EKS: kept in Secrets Manager, written into pods by the Secrets Store CSI driver."""

from functools import cached_property

import pulumi
import pulumi_aws as aws
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import CSIVolumeSourceArgs, VolumeArgs

from components.aws.account import Account
from components.aws.policy import Statement
from components.aws.running_cluster import RunningCluster
from components.aws.secret_store import DriverArgs, SecretStore, SecretStoreArgs
from components.aws.secrets import Secret, SecretArgs
from components.platform import ZoneSpec
from components.workload import Workload
from config import addons
from config.aws.settings import AwsSettings
from config.kubernetes import KubernetesSettings
from infra.platforms.eks.identities import plane_tags
from infra.platforms.kubernetes.files import Folder, sensitive_files

API_VERSION, KIND = "secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"
_DRIVER = "secrets-store.csi.k8s.io"
# The provider writes as root and knows no group of the pod's: whoever runs in the pod may read, nobody may write.
_MODE = "0444"


class SecretsManager:
    """Keeps the sensitive files of workloads; nothing is made of a stack that has none.

    A workload's files are kept before its pods are given their role, which is then told what it may read.
    """

    def __init__(
        self,
        account: Account,
        settings: AwsSettings,
        pods: KubernetesSettings,
        cluster: RunningCluster,
        *,
        options: pulumi.ResourceOptions,
    ) -> None:
        self._account, self._settings, self._pods, self._cluster = account, settings, pods, cluster
        self._options = options
        # By zone, role and path of the file.
        self._kept: dict[tuple[str, str, str], Secret] = {}

    def keep(
        self, workload: Workload, zone: ZoneSpec, *, parent: pulumi.Resource | None = None
    ) -> tuple[Statement, ...]:
        """Put the workload's sensitive files into Secrets Manager; returns what its pods' role may do then."""
        made = {
            (zone.name, workload.role, file.path): Secret(
                f"{zone.name}-{workload.role}-{file.name}",
                SecretArgs(
                    account=self._account,
                    path=f"{self._account.name}/{zone.name}/{workload.role}/{file.name}",
                    description=f"{file.path} of {workload.role} in {zone.name}",
                    value=file.content,
                    key_arn=self._store.key_arn,
                    recoverable=self._settings.protection == "protected",
                    tags=plane_tags(zone),
                ),
                opts=pulumi.ResourceOptions.merge(self._options, pulumi.ResourceOptions(parent=parent)),
            )
            for file in sensitive_files(workload)
        }
        self._kept |= made
        return tuple(statement for secret in made.values() for statement in secret.readable())

    def volume(self, folder: Folder, *, options: pulumi.ResourceOptions) -> VolumeArgs:
        """Declare what the driver is to write into the folder; it does so before the pod's containers start."""
        kept = {file.name: self._kept[folder.zone, folder.role, file.path] for file in folder.files}
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
        needed = [*(secret.version for secret in kept.values()), *self._store.ready]
        declared = CustomResource(
            folder.resource,
            api_version=API_VERSION,
            kind=KIND,
            metadata=folder.metadata,
            spec={
                "provider": "aws",
                "parameters": {
                    "region": self._settings.region,
                    "usePodIdentity": "true" if self._settings.identity == "pod-identity" else "false",
                    "objects": pulumi.Output.json_dumps(objects),
                },
            },
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=needed)),
        )
        name = pulumi.Output.all(folder.name, declared.id).apply(lambda both: str(both[0]))
        source = CSIVolumeSourceArgs(driver=_DRIVER, read_only=True, volume_attributes={"secretProviderClass": name})
        return VolumeArgs(name=folder.slug, csi=source)

    @cached_property
    def _store(self) -> SecretStore:
        """The key, and the driver where the cluster is the stack's own."""
        existing, driver = self._settings.cluster.existing, None
        if existing is None:
            driver = DriverArgs(
                cluster=self._cluster.name,
                version=self._settings.cluster.version,
                by=self._settings.identity,
                tolerations=self._pods.tolerations,
                after=self._cluster.ready,
            )
        else:
            _look_for_driver(existing, self._settings.region, self._options)
        return SecretStore("secrets", SecretStoreArgs(account=self._account, driver=driver), opts=self._options)


def _look_for_driver(cluster: str, region: str, options: pulumi.ResourceOptions) -> None:
    """Warn when whoever keeps the cluster has not installed the driver as an add-on; they may have otherwise."""
    asked = pulumi.InvokeOptions(provider=options.provider)
    try:
        aws.eks.get_addon(cluster_name=cluster, addon_name=addons.SECRETS, opts=asked)
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        pulumi.log.warn(
            f"planewatch:aws.cluster.existing: the add-on {addons.SECRETS} of cluster {cluster} is not to be found"
            f" ({error}); pods with secrets wait until the Secrets Store CSI driver and AWS's provider are there:"
            f" aws eks create-addon --region {region} --cluster-name {cluster} --addon-name {addons.SECRETS}"
        )
