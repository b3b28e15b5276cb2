"""A workload that runs once on each node: a DaemonSet."""

import pulumi
from pulumi_kubernetes.apps.v1 import (
    DaemonSet,
    DaemonSetSpecArgs,
    DaemonSetUpdateStrategyArgs,
    RollingUpdateDaemonSetArgs,
)
from pulumi_kubernetes.core.v1 import PodSpecArgs, PodTemplateSpecArgs
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs

from components.placement import OnePerNode
from components.workload import Workload
from infra.platforms.kubernetes import patience
from infra.platforms.kubernetes.args import PodArgs
from infra.platforms.kubernetes.pod import PodParts, pod_template, tolerations
from infra.platforms.kubernetes.service import HISTORY, Cluster, meta


def daemon_set(
    workload: Workload,
    placement: OnePerNode,
    zone: str,
    parts: PodParts,
    cluster: Cluster,
    *,
    options: pulumi.ResourceOptions,
) -> DaemonSet:
    """Create a DaemonSet; a quarter of its pods is replaced at a time, so that more nodes take no longer."""
    naming = cluster.naming
    return DaemonSet(
        f"{zone}-{workload.name}",
        metadata=meta(workload.name, workload.role, zone, naming, workload.name),
        spec=DaemonSetSpecArgs(
            revision_history_limit=HISTORY,
            selector=LabelSelectorArgs(match_labels=naming.selector(workload.name)),
            update_strategy=DaemonSetUpdateStrategyArgs(
                type="RollingUpdate", rolling_update=RollingUpdateDaemonSetArgs(max_unavailable="25%")
            ),
            template=_template(workload, placement, zone, parts, cluster),
        ),
        opts=patience.for_quarters(cluster.args.progress_deadline_s, options),
    )


def _template(
    workload: Workload, placement: OnePerNode, zone: str, parts: PodParts, cluster: Cluster
) -> PodTemplateSpecArgs:
    args: PodArgs = cluster.args.pods
    template = pod_template(workload, zone, parts, cluster.naming, args)
    if not isinstance(template.spec, PodSpecArgs):
        raise TypeError("pod_template must return plain arguments, no outputs")
    template.spec.tolerations = tolerations((*args.tolerations, *placement.tolerations))
    # There is one on each node anyway.
    template.spec.topology_spread_constraints = None
    return template
