"""The EKS cluster: private, encrypted, logged; its people by access entries, its nodes, its add-ons."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pulumi
import pulumi_aws as aws

from components.aws.account import Account, guarded
from components.aws.addons import AddonArgs, AddonIdentity, make_addon
from components.aws.admission import admit_administrators, admit_networks
from components.aws.identity import Issuer
from components.aws.keys import KeyArgs, for_logs, make_key
from components.aws.logs import LogGroupArgs, make_log_group
from components.aws.nodes import (
    AUTO_NODE_POLICIES,
    NodeGroupArgs,
    NodeRole,
    NodesArgs,
    make_node_group,
    make_node_role,
)
from components.aws.policy import Statement, document
from components.aws.running_cluster import Compute
from components.names import require_distinct
from config import addons

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
# What EKS needs beside it to keep nodes, disks and load balancers by itself.
_AUTO_POLICIES = (
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """Where a cluster lies, who reaches it, and what its nodes are.

    Raises ValueError for administrators of one name, and for a network that is listed twice.

    Attributes:
        account: Where the cluster is made.
        version: Minor version of Kubernetes; one of those whose add-ons are pinned (``config.addons.PINS``).
        subnet_ids: Private subnets, in two zones at least.
        service_cidr: Addresses of Services: a private network of /12 to /24, beside the subnets'.
        protected: Whether the cluster and its logs are kept from deletion.
        compute: Where pods run.
        nodes: The machines of ``compute="node-group"``.
        administrators: IAM roles and users (ARNs) that administer the cluster. Without any, whoever creates it does.
        public_access_cidrs: Networks on the internet that may reach the API. Without any, the API is private.
        private_access_cidrs: Networks in or connected to the VPC that may reach the private API, besides the nodes.
        log_retention_days: How long logs of the Kubernetes control plane are kept; a period of CloudWatch Logs.
        reach: What nodes need to reach AWS by, routes and endpoints: it stands before them, and until they are gone.
        oidc: Whether to register the cluster's OIDC provider with IAM, for IAM roles for service accounts (IRSA).
        prefix: The cluster's name, which begins all others in AWS; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    version: str
    subnet_ids: Sequence[pulumi.Input[str]]
    service_cidr: str
    protected: bool
    compute: Compute = "node-group"
    nodes: NodeGroupArgs = field(default_factory=NodeGroupArgs)
    administrators: Sequence[str] = ()
    public_access_cidrs: Sequence[str] = ()
    private_access_cidrs: Sequence[str] = ()
    log_retention_days: int = 90
    reach: Sequence[pulumi.Resource] = ()
    oidc: bool = False
    prefix: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would be named twice."""
        require_distinct((arn.rpartition("/")[2] for arn in self.administrators), "names of administrators")
        require_distinct(self.private_access_cidrs, "private_access_cidrs")


class Cluster(pulumi.ComponentResource):
    """An EKS cluster.

    ``ready`` are the resources that must stand before a pod can be made, can run and has an identity. ``issuer`` is
    None unless the cluster's OIDC provider is registered with IAM.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate: pulumi.Output[str]
    issuer_url: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    issuer: Issuer | None
    ready: tuple[pulumi.Resource, ...]

    def __init__(self, name: str, args: ClusterArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Cluster", name, None, opts)
        self._called, self._account, self._minor = name, args.account, args.version
        self._prefix = args.prefix or args.account.named(name)
        cluster = self._make_cluster(args)
        self.name, self.arn, self.endpoint = cluster.name, cluster.arn, cluster.endpoint
        self.certificate = cluster.certificate_authority.apply(lambda authority: authority.data or "")
        self.issuer_url = cluster.identities.apply(lambda found: str(found[0].oidcs[0].issuer))  # type: ignore[index]  # EKS gives exactly one
        # EKS's own group, of the control plane and of every node.
        self.security_group_id = cluster.vpc_config.apply(lambda network: str(network.cluster_security_group_id))
        self.issuer = self._make_issuer() if args.oidc else None
        # Auto Mode brings all but what autoscalers of pods ask.
        running = (
            [make_addon(f"{name}-{addons.METRICS}", self._addon(addons.METRICS, cluster, *args.reach), parent=self)]
            if args.compute == "auto-mode"
            else self._make_nodes_and_addons(cluster, args)
        )
        administrators, cidrs = args.administrators, args.private_access_cidrs
        self.ready = (
            *admit_administrators(name, cluster, args.account.partition, administrators, parent=self),
            *admit_networks(name, self.security_group_id, cidrs, parent=self),
            *running,
        )
        self.register_outputs({"name": self.name, "arn": self.arn, "endpoint": self.endpoint})

    def _make_cluster(self, args: ClusterArgs) -> aws.eks.Cluster:
        automatic = args.compute == "auto-mode"
        key = make_key(
            f"{self._called}-key",
            KeyArgs(
                account=args.account,
                alias=f"{self._prefix}-cluster",
                description=f"{self._prefix}: secrets and logs",
                users=(for_logs(args.account),),
                retained=args.protected,
            ),
            parent=self,
        )
        # Made before the cluster, which would make it without a key and for ever.
        logs = make_log_group(
            f"{self._called}-logs",
            LogGroupArgs(
                path=f"/aws/eks/{self._prefix}/cluster",
                key_arn=key.arn,
                retention_days=args.log_retention_days,
                protected=args.protected,
            ),
            parent=self,
        )
        role, attached = self._make_role(_CLUSTER_POLICIES + (_AUTO_POLICIES if automatic else ()))
        nodes = self._make_node_role() if automatic else None
        return aws.eks.Cluster(
            self._called,
            name=self._prefix,
            version=args.version,
            role_arn=role.arn,
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=list(args.subnet_ids),
                endpoint_private_access=True,
                endpoint_public_access=bool(args.public_access_cidrs),
                public_access_cidrs=list(args.public_access_cidrs) or None,
            ),
            access_config=aws.eks.ClusterAccessConfigArgs(
                # Whoever makes the cluster is its administrator only where the stack names no other.
                authentication_mode="API",
                bootstrap_cluster_creator_admin_permissions=not args.administrators,
            ),
            encryption_config=aws.eks.ClusterEncryptionConfigArgs(
                provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=key.arn), resources=["secrets"]
            ),
            enabled_cluster_log_types=list(LOGS),
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            bootstrap_self_managed_addons=False,
            deletion_protection=args.protected,
            compute_config=aws.eks.ClusterComputeConfigArgs(
                enabled=True, node_pools=["general-purpose", "system"], node_role_arn=nodes.arn
            )
            if nodes
            else None,
            storage_config=_block_storage() if automatic else None,
            kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
                service_ipv4_cidr=args.service_cidr,
                elastic_load_balancing=_load_balancing() if automatic else None,
            ),
            opts=guarded(
                pulumi.ResourceOptions(
                    parent=self,
                    depends_on=[*attached, *(nodes.attached if nodes else ()), logs],
                    # AWS asks for it once, and a change would make another cluster: the first administrator that is
                    # named later is let in beside whoever made the cluster.
                    ignore_changes=["accessConfig.bootstrapClusterCreatorAdminPermissions"],
                ),
                protected=args.protected,
            ),
        )

    def _make_node_role(self) -> NodeRole:
        return make_node_role(f"{self._called}-nodes", self._account, self._prefix, AUTO_NODE_POLICIES, parent=self)

    def _make_issuer(self) -> Issuer:
        provider = aws.iam.OpenIdConnectProvider(
            self._called,
            url=self.issuer_url,
            client_id_lists=["sts.amazonaws.com"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return Issuer(arn=provider.arn, host=self.issuer_url.apply(lambda url: url.removeprefix("https://")))

    def _make_role(self, policies: tuple[str, ...]) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        here = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            self._called,
            name=f"{self._prefix}-cluster",
            description="The cluster's control plane",
            assume_role_policy=document(
                Statement(
                    sid="Cluster",
                    actions=("sts:AssumeRole", "sts:TagSession"),
                    services=("eks.amazonaws.com",),
                    conditions={"StringEquals": {"aws:SourceAccount": self._account.id}},
                )
            ),
            opts=here,
        )
        return role, [
            aws.iam.RolePolicyAttachment(
                f"{self._called}-{policy}", role=role.name, policy_arn=self._account.managed_policy(policy), opts=here
            )
            for policy in policies
        ]

    def _make_nodes_and_addons(self, cluster: aws.eks.Cluster, args: ClusterArgs) -> list[pulumi.Resource]:
        """Make nodes and add-ons in the order in which they need one another."""
        name = self._called
        network = make_addon(
            f"{name}-{addons.NETWORK}",
            # Policies are enforced by the network add-on's own agent, which is off unless asked for.
            replace(
                self._addon(addons.NETWORK, cluster),
                settings={"enableNetworkPolicy": "true"},
                identity=self._identity(cluster, "aws-node", "AmazonEKS_CNI_Policy"),
            ),
            parent=self,
        )
        identity = make_addon(f"{name}-{addons.IDENTITY}", self._addon(addons.IDENTITY, cluster), parent=self)
        nodes = make_node_group(
            f"{name}-nodes",
            NodesArgs(
                account=self._account,
                prefix=self._prefix,
                machines=args.nodes,
                cluster=cluster.name,
                version=cluster.version,
                subnet_ids=tuple(args.subnet_ids),
                # A node without a network never gets ready, and EKS gives the group up.
                after=(network, identity, *args.reach),
            ),
            parent=self,
        )
        storage = replace(
            self._addon(addons.STORAGE, cluster, nodes),
            identity=self._identity(cluster, "ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
        )
        proxy = self._addon(addons.PROXY, cluster)
        dns, metrics = (self._addon(addon, cluster, nodes) for addon in (addons.DNS, addons.METRICS))
        others = [make_addon(f"{name}-{one.addon}", one, parent=self) for one in (proxy, dns, metrics, storage)]
        return [network, identity, nodes, *others]

    def _addon(self, addon: str, cluster: aws.eks.Cluster, *after: pulumi.Resource) -> AddonArgs:
        return AddonArgs(cluster=cluster.name, version=self._minor, addon=addon, after=after)

    def _identity(self, cluster: aws.eks.Cluster, service_account: str, policy: str) -> AddonIdentity:
        return AddonIdentity(
            account=self._account,
            prefix=self._prefix,
            cluster_arn=cluster.arn,
            service_account=service_account,
            policy=policy,
        )


def _block_storage() -> aws.eks.ClusterStorageConfigArgs:
    return aws.eks.ClusterStorageConfigArgs(block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=True))


def _load_balancing() -> aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs:
    return aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(enabled=True)
