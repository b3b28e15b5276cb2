"""What a stack with secrets needs once: a key, and the driver that reads them if the cluster is the stack's own."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.running_cluster import RunningCluster
from components.aws.secret_store import DriverArgs, SecretStore, SecretStoreArgs
from components.toleration import Toleration
from config import addons
from config.aws.settings import AwsSettings
from infra.platforms.eks.renames import earlier_children


def make_secret_store(
    account: Account,
    settings: AwsSettings,
    tolerations: Sequence[Toleration],
    cluster: RunningCluster,
    *,
    options: pulumi.ResourceOptions,
) -> SecretStore:
    """Create the key, and install the driver with these ``tolerations`` unless the cluster is an existing one."""
    existing, driver = settings.cluster.existing, None
    if existing is None:
        driver = DriverArgs(
            cluster=cluster.name,
            version=settings.cluster.version,
            by=settings.identity,
            tolerations=tolerations,
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
    """Warn when the driver is not installed as an add-on; it may have been installed in another way."""
    asked = pulumi.InvokeOptions(provider=options.provider)
    try:
        aws.eks.get_addon(cluster_name=cluster, addon_name=addons.SECRETS, opts=asked)
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        pulumi.log.warn(
            f"planewatch:aws.cluster.existing: cluster {cluster} has no add-on {addons.SECRETS}"
            f" ({error}); pods with secrets wait until the Secrets Store CSI driver and AWS's provider are there:"
            f" aws eks create-addon --region {region} --cluster-name {cluster} --addon-name {addons.SECRETS}"
        )
