"""The cluster of a stack: its own, or an existing one, which is checked first."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.cluster import Cluster, ClusterArgs
from components.aws.identity import Issuer
from components.aws.nodes import NodeGroupArgs
from components.aws.running_cluster import Compute, RunningCluster
from config import addons
from config.aws.cluster import ClusterSettings
from config.aws.settings import AwsSettings
from config.subnets import resolver
from infra.platforms.eks.access import is_among
from infra.platforms.eks.network import choose_place
from infra.platforms.eks.nodes import find_sizes
from infra.platforms.eks.renames import earlier_children

_PLACE = "planewatch:aws.cluster.existing"
_IDENTITY = "planewatch:aws.identity"
# An existing VPC may reach AWS's services by endpoints or by a gateway; nothing in it says which.
_ANYWHERE = "0.0.0.0/0"
_USABLE = ("ACTIVE", "UPDATING")


def choose_cluster(
    settings: AwsSettings, account: Account, provider: aws.Provider, *, secrets: bool = False
) -> RunningCluster:
    """Create the cluster and its network, or look up an existing cluster; raises ``pulumi.RunError`` for an unfit one.

    ``secrets`` is whether any pods will mount secrets.
    """
    name = settings.cluster.existing
    if name is not None:
        return _find(name, settings, pulumi.InvokeOptions(provider=provider))
    if warning := addons.support_warning(settings.cluster.version, datetime.now(UTC).date()):
        pulumi.log.warn(warning)
    _warn_of_nobody(settings.cluster.administrators, pulumi.InvokeOptions(provider=provider))
    place = choose_place(settings, account, provider, secrets=secrets)
    args = ClusterArgs(
        account=account,
        subnet_ids=place.subnet_ids,
        service_cidr=place.service_cidr,
        protected=settings.protection == "protected",
        version=settings.cluster.version,
        compute=settings.cluster.compute,
        nodes=_machines(settings.cluster, account.name, pulumi.InvokeOptions(provider=provider)),
        administrators=settings.cluster.administrators,
        public_access_cidrs=settings.cluster.public_access_cidrs,
        private_access_cidrs=settings.cluster.private_access_cidrs,
        log_retention_days=settings.cluster.log_retention_days,
        reach=place.reach,
        oidc=settings.identity == "irsa",
        prefix=account.name,
    )
    made = Cluster(
        "cluster",
        args,
        opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(provider=provider), earlier_children("cluster")),
    )
    return RunningCluster(
        context=account.name,
        name=made.name,
        arn=made.arn,
        endpoint=made.endpoint,
        certificate=made.certificate,
        compute=settings.cluster.compute,
        issuer=made.issuer,
        ready=made.ready,
        subnet_ids=place.subnet_ids,
        security_group_id=made.security_group_id,
        cidrs=(settings.network.cidr if settings.network.existing is None else _ANYWHERE,),
        resolvers=_resolvers(settings.cluster.compute, place.service_cidr),
    )


def _machines(settings: ClusterSettings, cluster: str, asked: pulumi.InvokeOptions) -> NodeGroupArgs:
    said = settings.node_group
    return NodeGroupArgs(
        instance_types=said.instance_types,
        minimum=said.minimum,
        maximum=said.maximum,
        disk_gib=said.disk_gib,
        running=find_sizes(cluster, asked) if settings.compute == "node-group" else None,
    )


def _warn_of_nobody(administrators: list[str], asked: pulumi.InvokeOptions) -> None:
    """Warn when the new cluster may not admit whoever runs the update, which would fail 15 minutes later."""
    caller = aws.get_caller_identity(opts=asked).arn
    if administrators and not is_among(caller, administrators):
        pulumi.log.warn(
            f"planewatch:aws.cluster.administrators does not list {caller}, whose credentials are in use; unless it"
            " created the cluster before any was listed, or has another access entry, nothing can be created in the"
            " cluster: add its role or user"
        )


def _find(name: str, settings: AwsSettings, asked: pulumi.InvokeOptions) -> RunningCluster:
    there = sorted(aws.eks.get_clusters(opts=asked).names)
    if name not in there:
        offered = ", ".join(there) or "none that these credentials can see"
        raise pulumi.RunError(f"{_PLACE}: cluster {name} not found; region {settings.region} has {offered}")
    found = aws.eks.get_cluster(name=name, opts=asked)
    if faults := [*_faults(found, settings), *_faults_of_scraping(found, settings)]:
        raise pulumi.RunError(f"cluster {name} cannot run the stack:\n" + "\n".join(f"  - {fault}" for fault in faults))
    compute: Compute = "auto-mode" if any(each.enabled for each in found.compute_configs) else "node-group"
    if settings.identity == "pod-identity" and compute == "node-group":
        _demand_agent(name, settings.region, asked)
    return RunningCluster(
        context=name,
        name=name,
        arn=found.arn,
        endpoint=found.endpoint,
        certificate=found.certificate_authorities[0].data,
        compute=compute,
        issuer=_find_issuer(found, asked) if settings.identity == "irsa" else None,
        ready=(),
        subnet_ids=tuple(found.vpc_config.subnet_ids),
        security_group_id=found.vpc_config.cluster_security_group_id,
        cidrs=(_ANYWHERE,),
        resolvers=_resolvers(compute, found.kubernetes_network_configs[0].service_ipv4_cidr),
    )


def _resolvers(compute: Compute, services: str) -> tuple[str, ...]:
    # On Auto Mode each node answers for itself: there are no pods of DNS that a policy could name.
    return (resolver(services),) if compute == "auto-mode" else ()


def _faults(found: aws.eks.GetClusterResult, settings: AwsSettings) -> Iterator[str]:
    if found.status not in _USABLE:
        yield f"its status must be {' or '.join(_USABLE)} (got {found.status})"
    if found.version not in addons.PINS:
        yield (
            f"it runs Kubernetes {found.version}; supported are {', '.join(addons.PINS)}: update it, or name another"
            f" under {_PLACE} (region {settings.region})"
        )
    if found.kubernetes_network_configs[0].ip_family == "ipv6":
        yield "its pods have IPv6 addresses, and network policies with IPv4 addresses have no effect; name another"


def _faults_of_scraping(found: aws.eks.GetClusterResult, settings: AwsSettings) -> Iterator[str]:
    """Return what prevents a managed collector, as AWS documents it."""
    if settings.metrics.collection != "scraper":
        return
    remedy = "or set planewatch:aws.metrics.collection: agents"
    if found.access_configs[0].authentication_mode == "CONFIG_MAP":
        yield (
            "its authentication mode is CONFIG_MAP, with which a managed collector gets no access entry; set it to"
            f" API_AND_CONFIG_MAP, {remedy}"
        )
    if not found.vpc_config.endpoint_private_access:
        yield f"its API has no private endpoint, which a managed collector needs; enable it, {remedy}"


def _demand_agent(name: str, region: str, asked: pulumi.InvokeOptions) -> None:
    try:
        aws.eks.get_addon(cluster_name=name, addon_name=addons.IDENTITY, opts=asked)
    except Exception as error:  # noqa: BLE001  the SDK has nothing more exact for an invoke that is refused
        raise pulumi.RunError(
            f"{_IDENTITY} is pod-identity, but cluster {name} has no add-on {addons.IDENTITY}"
            f" ({error}); add it: aws eks create-addon --region {region} --cluster-name {name}"
            f" --addon-name {addons.IDENTITY}, or set {_IDENTITY}: irsa"
        ) from None


def _find_issuer(found: aws.eks.GetClusterResult, asked: pulumi.InvokeOptions) -> Issuer:
    """Return the cluster's OIDC provider; IAM accepts only one per URL."""
    url = found.identities[0].oidcs[0].issuer
    try:
        arn = aws.iam.get_open_id_connect_provider(url=url, opts=asked).arn
    except Exception as error:  # noqa: BLE001  as above
        raise pulumi.RunError(
            f"{_IDENTITY} is irsa, but IAM has no OIDC provider for cluster {found.name} ({url})"
            f" ({error}); its administrator can add it: eksctl utils associate-iam-oidc-provider --cluster"
            f" {found.name} --approve; or set {_IDENTITY}: pod-identity"
        ) from None
    return Issuer(arn=arn, host=url.removeprefix("https://"))
