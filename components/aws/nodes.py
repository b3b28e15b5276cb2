"""Machines of the cluster: a managed node group on Bottlerocket, with what its nodes may do and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document
from config.instances import is_graviton

NODE_GROUP = "default"
# What a node must do before any pod has an identity: join, and pull images. The network add-on has its own role.
NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
AUTO_NODE_POLICIES = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")


@dataclass(frozen=True, kw_only=True)
class NodeGroupSizes:
    """The bounds that a node group has now, and how many nodes it was last told to have within them."""

    minimum: int
    maximum: int
    desired: int


@dataclass(frozen=True, kw_only=True)
class NodeGroupArgs:
    """The machines of a node group. Raises ValueError for processors of two kinds.

    Attributes:
        instance_types: Instance types to choose from, all Graviton or all x86.
        minimum: The fewest nodes.
        maximum: The most nodes.
        disk_gib: Disk of each node in GiB.
        running: The group's sizes as they are now; None before it exists. An autoscaler chooses the number of nodes, so
            without them new bounds are refused where that number is not within them.
    """

    instance_types: Sequence[str] = ("m7g.large",)
    minimum: int = 2
    maximum: int = 6
    disk_gib: int = 50
    running: NodeGroupSizes | None = None

    def __post_init__(self) -> None:
        """Refuse types that no one image runs on."""
        if len({is_graviton(kind) for kind in self.instance_types}) != 1:
            raise ValueError(
                "instance_types must be all Graviton or all x86, since a node group has one image"
                f" (got {', '.join(self.instance_types) or 'none'})"
            )

    @property
    def desired(self) -> int:
        """How many nodes to ask for: as many as there are to be now, within the bounds."""
        chosen = self.minimum if self.running is None else self.running.desired
        return min(max(chosen, self.minimum), self.maximum)

    @property
    def keeps_bounds(self) -> bool:
        """Whether the group has these bounds already."""
        found = self.running
        return found is not None and (found.minimum, found.maximum) == (self.minimum, self.maximum)

    @property
    def graviton(self) -> bool:
        """Whether the nodes are of the arm64 architecture."""
        return is_graviton(self.instance_types[0])


@dataclass(frozen=True, kw_only=True)
class NodesArgs:
    """A group of ``machines`` in ``subnet_ids`` (private ones, one per zone), made ``after`` what its nodes need.

    ``version`` is the cluster's own: EKS upgrades no nodes by itself when the control plane has a new one. ``prefix``
    begins names in AWS.
    """

    account: Account
    prefix: str
    machines: NodeGroupArgs
    cluster: pulumi.Input[str]
    version: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    after: tuple[pulumi.Resource, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NodeRole:
    """The role of nodes; a node may join once the policies are ``attached``."""

    arn: pulumi.Output[str]
    attached: tuple[pulumi.Resource, ...]


def make_node_role(
    name: str, account: Account, prefix: str, policies: tuple[str, ...], *, parent: pulumi.Resource
) -> NodeRole:
    """Make the role of EC2 instances that are nodes."""
    here = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        name,
        name=f"{prefix}-nodes",
        description="Nodes of the cluster",
        assume_role_policy=document(
            Statement(sid="Nodes", actions=("sts:AssumeRole",), services=("ec2.amazonaws.com",))
        ),
        opts=here,
    )
    attached = tuple(
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy}", role=role.name, policy_arn=account.managed_policy(policy), opts=here
        )
        for policy in policies
    )
    return NodeRole(arn=role.arn, attached=attached)


def make_node_group(name: str, args: NodesArgs, *, parent: pulumi.Resource) -> aws.eks.NodeGroup:
    """Make the node group: encrypted disks, instance metadata by token and for the node alone, repaired by EKS."""
    here = pulumi.ResourceOptions(parent=parent)
    role = make_node_role(name, args.account, args.prefix, NODE_POLICIES, parent=parent)
    template = aws.ec2.LaunchTemplate(
        name,
        name=f"{args.prefix}-nodes",
        update_default_version=True,
        # Bottlerocket's first volume is the system (read-only), the second holds images and pods' scratch space.
        block_device_mappings=[_disk("/dev/xvda", 4), _disk("/dev/xvdb", args.machines.disk_gib)],
        # One hop: a pod, being one hop further, cannot take the node's role.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        # Without them machines, disks and their costs would belong to nobody. A release is not among them: with every
        # new one all nodes would be replaced.
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(
                resource_type=kind, tags={**args.account.tags, "Name": f"{args.prefix}-node"}
            )
            for kind in ("instance", "network-interface", "volume")
        ],
        opts=here,
    )
    return aws.eks.NodeGroup(
        name,
        cluster_name=args.cluster,
        node_group_name=NODE_GROUP,
        version=args.version,
        node_role_arn=role.arn,
        subnet_ids=list(args.subnet_ids),
        ami_type="BOTTLEROCKET_ARM_64" if args.machines.graviton else "BOTTLEROCKET_x86_64",
        instance_types=list(args.machines.instance_types),
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
        scaling_config=aws.eks.NodeGroupScalingConfigArgs(
            min_size=args.machines.minimum, desired_size=args.machines.desired, max_size=args.machines.maximum
        ),
        update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
        node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=[*role.attached, *args.after],
            # An autoscaler moves it between the bounds; AWS refuses new bounds without a number that is within them.
            ignore_changes=["scalingConfig.desiredSize"] if args.machines.keeps_bounds else None,
        ),
    )


def _disk(device: str, gib: int) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name=device,
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_size=gib, volume_type="gp3", encrypted="true", delete_on_termination="true"
        ),
    )
