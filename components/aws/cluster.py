"""The EKS cluster: private, encrypted, logged; its people by access entries, its nodes, its add-ons."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws import admission, keys
from components.aws.account import Account, guarded
from components.aws.identity import Issuer
from components.aws.logs import log_group
from components.aws.nodes import AUTO_NODE_POLICIES, NodesArgs, node_group, node_role
from components.aws.policy import Statement, document
from config import addons
from config.aws.cluster import ClusterSettings

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
# What EKS needs beside it to keep nodes, disks and load balancers by itself.
_AUTO_POLICIES = (
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
# Where EKS puts its add-ons.
_ADDONS_NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """A cluster of ``settings`` in ``subnet_ids`` (private, in two zones at least), Services in ``service_cidr``.

    ``reach`` is what nodes need to reach AWS by, routes and endpoints: it stands before them, and until they are gone.
    """

    account: Account
    settings: ClusterSettings
    subnet_ids: tuple[pulumi.Input[str], ...]
    service_cidr: str
    protected: bool
    reach: tuple[pulumi.Resource, ...] = ()


class Cluster(pulumi.ComponentResource):
    """An EKS cluster.

    ``ready`` are the resources that must stand before a pod can be made, can run and has an identity.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate: pulumi.Output[str]
    issuer_url: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]

    def __init__(self, name: str, args: ClusterArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Cluster", name, None, opts)
        self._account, self._settings = args.account, args.settings
        automatic = args.settings.compute == "auto-mode"
        key = keys.key(
            "cluster",
            "secrets and logs",
            args.account,
            (keys.for_logs(args.account),),
            kept=args.protected,
            parent=self,
        )
        # Made before the cluster, which would make it without a key and for ever.
        logs = log_group(
            "cluster-logs",
            f"/aws/eks/{args.account.name}/cluster",
            key=key,
            retention_days=args.settings.log_retention_days,
            protected=args.protected,
            parent=self,
        )
        role, attached = self._role(_CLUSTER_POLICIES + (_AUTO_POLICIES if automatic else ()))
        nodes, joined = node_role(args.account, AUTO_NODE_POLICIES, parent=self) if automatic else (None, [])
        cluster = aws.eks.Cluster(
            "cluster",
            name=args.account.name,
            version=args.settings.version,
            role_arn=role.arn,
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=list(args.subnet_ids),
                endpoint_private_access=True,
                endpoint_public_access=bool(args.settings.public_access_cidrs),
                public_access_cidrs=args.settings.public_access_cidrs or None,
            ),
            access_config=aws.eks.ClusterAccessConfigArgs(
                # Whoever makes the cluster is its administrator only where the stack names no other.
                authentication_mode="API",
                bootstrap_cluster_creator_admin_permissions=not args.settings.administrators,
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
                    depends_on=[*attached, *joined, logs],
                    # AWS asks for it once, and a change would make another cluster: the first administrator that is
                    # named later is let in beside whoever made the cluster.
                    ignore_changes=["accessConfig.bootstrapClusterCreatorAdminPermissions"],
                ),
                protected=args.protected,
            ),
        )
        self.name, self.arn, self.endpoint = cluster.name, cluster.arn, cluster.endpoint
        self.certificate = cluster.certificate_authority.apply(lambda authority: authority.data or "")
        self.issuer_url = cluster.identities.apply(lambda found: str(found[0].oidcs[0].issuer))  # type: ignore[index]  # EKS gives exactly one
        # EKS's own group, of the control plane and of every node.
        self.security_group_id = cluster.vpc_config.apply(lambda network: str(network.cluster_security_group_id))
        # Auto Mode brings all but what autoscalers of pods ask.
        running = (
            [self._addon(addons.METRICS, cluster, after=args.reach)] if automatic else self._managed(cluster, args)
        )
        self.ready = (
            *admission.administrators(args.account, cluster, args.settings.administrators, parent=self),
            *admission.networks(self.security_group_id, args.settings.private_access_cidrs, parent=self),
            *running,
        )
        self.register_outputs({"name": self.name, "endpoint": self.endpoint})

    def _role(self, policies: tuple[str, ...]) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        here = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            "cluster",
            name=f"{self._account.name}-cluster",
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
                f"cluster-{policy}", role=role.name, policy_arn=self._account.managed_policy(policy), opts=here
            )
            for policy in policies
        ]

    def _managed(self, cluster: aws.eks.Cluster, args: ClusterArgs) -> list[pulumi.Resource]:
        """Make nodes and add-ons in the order in which they need one another."""
        network = self._addon(
            addons.NETWORK,
            cluster,
            # Policies are enforced by the network add-on's own agent, which is off unless asked for.
            settings={"enableNetworkPolicy": "true"},
            role=("aws-node", "AmazonEKS_CNI_Policy"),
        )
        identity = self._addon(addons.IDENTITY, cluster)
        nodes = node_group(
            NodesArgs(
                account=self._account,
                settings=self._settings.node_group,
                cluster=cluster.name,
                version=cluster.version,
                subnet_ids=args.subnet_ids,
                # A node without a network never gets ready, and EKS gives the group up.
                after=(network, identity, *args.reach),
            ),
            parent=self,
        )
        after = [
            self._addon(addons.DNS, cluster, after=(nodes,)),
            self._addon(addons.METRICS, cluster, after=(nodes,)),
            self._addon(
                addons.STORAGE,
                cluster,
                role=("ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
                after=(nodes,),
            ),
        ]
        return [network, self._addon(addons.PROXY, cluster), identity, nodes, *after]

    def _addon(
        self,
        name: str,
        cluster: aws.eks.Cluster,
        *,
        settings: Mapping[str, str] | None = None,
        role: tuple[str, str] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> aws.eks.Addon:
        return aws.eks.Addon(
            name,
            cluster_name=cluster.name,
            addon_name=name,
            addon_version=addons.PINS[self._settings.version][name],
            configuration_values=json.dumps(dict(settings), sort_keys=True) if settings else None,
            pod_identity_associations=[self._addon_identity(name, cluster, *role)] if role else None,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="PRESERVE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _addon_identity(
        self, name: str, cluster: aws.eks.Cluster, account: str, policy: str
    ) -> aws.eks.AddonPodIdentityAssociationArgs:
        here = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=f"{self._account.name}-{name}",
            description=f"Add-on {name}",
            assume_role_policy=document(
                Statement(
                    sid="PodIdentity",
                    actions=("sts:AssumeRole", "sts:TagSession"),
                    services=("pods.eks.amazonaws.com",),
                    conditions={
                        "StringEquals": {
                            "aws:RequestTag/eks-cluster-arn": cluster.arn,
                            "aws:RequestTag/kubernetes-namespace": _ADDONS_NAMESPACE,
                            "aws:RequestTag/kubernetes-service-account": account,
                        }
                    },
                )
            ),
            opts=here,
        )
        attached = aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=self._account.managed_policy(policy), opts=here
        )
        arn = pulumi.Output.all(role.arn, attached.id).apply(lambda both: str(both[0]))
        return aws.eks.AddonPodIdentityAssociationArgs(role_arn=arn, service_account=account)


def issuer(cluster: Cluster, *, parent: pulumi.Resource) -> Issuer:
    """Make the cluster's OIDC provider known to IAM, for roles by service account (IRSA)."""
    provider = aws.iam.OpenIdConnectProvider(
        "cluster",
        url=cluster.issuer_url,
        client_id_lists=["sts.amazonaws.com"],
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return Issuer(arn=provider.arn, host=cluster.issuer_url.apply(lambda url: url.removeprefix("https://")))


def _block_storage() -> aws.eks.ClusterStorageConfigArgs:
    return aws.eks.ClusterStorageConfigArgs(block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=True))


def _load_balancing() -> aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs:
    return aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(enabled=True)
