"""What a stack with secrets has once: their key, and the driver that reads them where the cluster is the stack's."""

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.running_cluster import RunningCluster
from components.aws.secret_store import DriverArgs, SecretStore, SecretStoreArgs
from config import addons
from config.aws.settings import AwsSettings
from config.kubernetes import KubernetesSettings
from infra.platforms.eks.renames import earlier_children


def make_secret_store(
    account: Account,
    settings: AwsSettings,
    pods: KubernetesSettings,
    cluster: RunningCluster,
    *,
    options: pulumi.ResourceOptions,
) -> SecretStore:
    """Make the key, and install the driver unless somebody else keeps the cluster."""
    existing, driver = settings.cluster.existing, None
    if existing is None:
        driver = DriverArgs(
            cluster=cluster.name,
            version=settings.cluster.version,
            by=settings.identity,
            tolerations=pods.tolerations,
            after=cluster.ready,
        )
    else:
        _warn_of_missing_driver(existing, settings.region, options)
    return SecretStore(
        "secrets",
        SecretStoreArgs(account=account, driver=driver),
        opts=pulumi.ResourceOptions.merge(options, earlier_children("secrets")),
    )


def _warn_of_missing_driver(cluster: str, region: str, options: pulumi.ResourceOptions) -> None:
    """Warn when the driver is not there as an add-on; whoever keeps the cluster may have installed it otherwise."""
    asked = pulumi.InvokeOptions(provider=options.provider)
    try:
        aws.eks.get_addon(cluster_name=cluster, addon_name=addons.SECRETS, opts=asked)
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        pulumi.log.warn(
            f"planewatch:aws.cluster.existing: cluster {cluster} has no add-on {addons.SECRETS}"
            f" ({error}); pods with secrets wait until the Secrets Store CSI driver and AWS's provider are there:"
            f" aws eks create-addon --region {region} --cluster-name {cluster} --addon-name {addons.SECRETS}"
        )
