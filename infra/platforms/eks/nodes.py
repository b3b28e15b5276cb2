"""The node group of a stack's own cluster as it is now: an autoscaler chooses its size within the stack's bounds."""

import pulumi
import pulumi_aws as aws

from components.aws.nodes import NODE_GROUP, NodeGroupSizes


def find_sizes(cluster: str, asked: pulumi.InvokeOptions) -> NodeGroupSizes | None:
    """Return the sizes of the cluster's node group; None before it exists."""
    # Lists first: what is not there yet is an error of a function that reads one.
    if cluster not in aws.eks.get_clusters(opts=asked).names:
        return None
    if NODE_GROUP not in aws.eks.get_node_groups(cluster_name=cluster, opts=asked).names:
        return None
    found = aws.eks.get_node_group(cluster_name=cluster, node_group_name=NODE_GROUP, opts=asked).scaling_configs[0]
    return NodeGroupSizes(minimum=int(found.min_size), maximum=int(found.max_size), desired=int(found.desired_size))
