"""What runs a workload on a cluster: what its versions have in common, and the controller of each."""

import pulumi
from pulumi_kubernetes.apps.v1 import DaemonSet, Deployment, StatefulSet

from components.placement import OnePerNode
from components.workload import Workload
from infra.platforms.kubernetes import api_rights, flows, host_paths, jobs, service
from infra.platforms.kubernetes.daemon_set import daemon_set
from infra.platforms.kubernetes.pod import PodParts
from infra.platforms.kubernetes.scale import Scale
from infra.platforms.kubernetes.service import Cluster
from infra.platforms.kubernetes.zone import KubernetesZone

Controller = StatefulSet | DaemonSet | Deployment


def admit(
    workload: Workload, zone: KubernetesZone, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> pulumi.ResourceOptions:
    """Create flows, account and rights of all versions; return the options of what runs as that account.

    Raises ValueError for host paths in a zone that admits none.
    """
    host_paths.refuse_elsewhere(workload, zone.spec)
    name = zone.spec.name
    flows.declare(workload, name, cluster.naming, options=options)
    annotations = zone.account_annotations.get(workload.role)
    account = service.account(workload, name, cluster, annotations=annotations, options=options)
    granted = api_rights.grant(workload, name, account, cluster, options=options)
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[account, *granted]))


def control(
    workload: Workload,
    zone: KubernetesZone,
    parts: PodParts,
    scale: Scale,
    cluster: Cluster,
    *,
    options: pulumi.ResourceOptions,
) -> Controller:
    """Run the jobs before one version, then create its pods' controller.

    That is a DaemonSet for one on each node (drains leave those alone), a StatefulSet with data, else a Deployment.
    """
    name = zone.spec.name
    admitted, options = options, jobs.run_before(workload, name, parts, cluster, options=options)
    if isinstance(workload.placement, OnePerNode):
        return daemon_set(workload, workload.placement, name, parts, cluster, options=options)
    service.disruption_budget(workload, name, cluster, options=admitted)
    if workload.volumes:
        return service.stateful_set(workload, name, parts, scale.minimum, cluster, options=options)
    return service.deployment(workload, name, parts, scale, cluster, options=options)
