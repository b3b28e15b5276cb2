"""A workload on a cluster: its pods' controller, its Service, and what keeps it available."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps.v1 import (
    Deployment,
    DeploymentSpecArgs,
    DeploymentStrategyArgs,
    RollingUpdateDeploymentArgs,
    StatefulSet,
    StatefulSetSpecArgs,
)
from pulumi_kubernetes.autoscaling.v2 import (
    CrossVersionObjectReferenceArgs,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehaviorArgs,
    HorizontalPodAutoscalerSpecArgs,
    HPAScalingPolicyArgs,
    HPAScalingRulesArgs,
    MetricSpecArgs,
    MetricTargetArgs,
    ResourceMetricSourceArgs,
)
from pulumi_kubernetes.core.v1 import (
    PersistentVolumeClaimArgs,
    PersistentVolumeClaimSpecArgs,
    Service,
    ServiceAccount,
    ServicePortArgs,
    ServiceSpecArgs,
    VolumeMountArgs,
    VolumeResourceRequirementsArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget, PodDisruptionBudgetSpecArgs

from components.volume import DataVolume
from components.workload import Workload
from infra.platforms.kubernetes import claims, patience
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.naming import Naming, headless
from infra.platforms.kubernetes.pod import PodParts, pod_template, port_name
from infra.platforms.kubernetes.replacing import in_its_place
from infra.platforms.kubernetes.scale import Scale

# CPU use, as a share of the limit, above which the autoscaler adds pods. A share of the request would be another one
# with each request: 7 % of the limit where a tenth of it is requested.
_TARGET_SHARE = 0.7
HISTORY = 3


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """What every object of a stack needs: names, and the platform's arguments."""

    naming: Naming
    args: KubernetesPlatformArgs


def meta(name: str, role: str, zone: str, naming: Naming, version: str | None = None) -> ObjectMetaArgs:
    """Return the metadata of an object that belongs to a workload, or to one ``version`` of it."""
    return ObjectMetaArgs(
        name=name,
        namespace=naming.namespace(zone),
        labels=naming.role_labels(role, zone, version),
        annotations=dict(naming.annotations),
    )


def account(
    workload: Workload,
    zone: str,
    cluster: Cluster,
    *,
    annotations: Mapping[str, pulumi.Input[str]] | None = None,
    options: pulumi.ResourceOptions,
) -> ServiceAccount:
    """Create the workload's own service account, which mounts no token by default."""
    role, naming = workload.role, cluster.naming
    return ServiceAccount(
        f"{zone}-{role}-account",
        metadata=ObjectMetaArgs(
            name=role,
            namespace=naming.namespace(zone),
            labels=naming.role_labels(role, zone),
            annotations={**naming.annotations, **(annotations or {})},
        ),
        automount_service_account_token=False,
        opts=options,
    )


def deployment(
    workload: Workload, zone: str, parts: PodParts, scale: Scale, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> Deployment:
    """Create a Deployment that never drops below its replicas during a rollout, with an autoscaler on CPU."""
    naming = cluster.naming
    waiting = patience.for_rollout(scale, cluster.args.progress_deadline_s, in_its_place(options))
    if scale.grows:
        # A number that it had before stays: where one is taken out, the API server goes back to a single pod until the
        # autoscaler looks.
        waiting = pulumi.ResourceOptions.merge(waiting, pulumi.ResourceOptions(ignore_changes=["spec.replicas"]))
    made = Deployment(
        f"{zone}-{workload.name}",
        metadata=meta(workload.name, workload.role, zone, naming, workload.name),
        spec=DeploymentSpecArgs(
            # The next update must not undo what the autoscaler decided.
            replicas=None if scale.grows else scale.minimum,
            revision_history_limit=HISTORY,
            progress_deadline_seconds=cluster.args.progress_deadline_s,
            selector=LabelSelectorArgs(match_labels=naming.selector(workload.name)),
            strategy=DeploymentStrategyArgs(
                type="RollingUpdate", rolling_update=RollingUpdateDeploymentArgs(max_unavailable=0, max_surge=1)
            ),
            template=pod_template(workload, zone, parts, naming, cluster.args.pods),
        ),
        opts=waiting,
    )
    if scale.grows:
        _autoscaler(workload, zone, scale, cluster, options=options)
    return made


def stateful_set(
    workload: Workload,
    zone: str,
    parts: PodParts,
    replicas: int,
    cluster: Cluster,
    *,
    options: pulumi.ResourceOptions,
) -> StatefulSet:
    """Create a StatefulSet with a claim per data volume, behind a headless Service that names each replica."""
    naming = cluster.naming
    headless_service(workload, zone, cluster, options=options)
    sizes = [claims.TEMPLATE_SIZE.format(index=index) for index in range(len(workload.volumes))]
    made = StatefulSet(
        f"{zone}-{workload.role}",
        metadata=meta(workload.role, workload.role, zone, naming),
        spec=StatefulSetSpecArgs(
            replicas=replicas,
            revision_history_limit=HISTORY,
            service_name=headless(workload.role),
            pod_management_policy="Parallel",
            selector=LabelSelectorArgs(match_labels=naming.selector(workload.role)),
            template=pod_template(workload, zone, parts, naming, cluster.args.pods),
            volume_claim_templates=[claim(volume, workload.role, cluster) for volume in workload.volumes],
        ),
        opts=pulumi.ResourceOptions.merge(
            patience.for_replicas(replicas, options), pulumi.ResourceOptions(ignore_changes=sizes)
        ),
    )
    grown = claims.claimed(
        workload,
        namespace=naming.namespace(zone),
        controller=workload.role,
        replicas=replicas,
        size=cluster.args.storage_size,
        keep=cluster.args.keep_data,
    )
    growing = pulumi.ResourceOptions(parent=options.parent, depends_on=[made])
    for wanted in grown:
        # A dot is in no role's or volume's name, so that no two have one name.
        whose = workload.role if wanted.of is None else f"{workload.role}.{wanted.of}"
        claims.Claims(f"{zone}-{whose}-claims", wanted, cluster.args.access, opts=growing)
    return made


def claim(volume: DataVolume, role: str, cluster: Cluster) -> PersistentVolumeClaimArgs:
    """Return the volume claim of each replica."""
    return PersistentVolumeClaimArgs(
        metadata=ObjectMetaArgs(name=volume.name, labels=cluster.naming.selector(role)),
        spec=PersistentVolumeClaimSpecArgs(
            access_modes=["ReadWriteOnce"],
            storage_class_name=cluster.args.storage_class,
            resources=VolumeResourceRequirementsArgs(requests={"storage": volume.size or cluster.args.storage_size}),
        ),
    )


def data_mounts(workload: Workload) -> list[VolumeMountArgs]:
    """Return where a stateful workload's claims are mounted."""
    return [VolumeMountArgs(name=volume.name, mount_path=volume.path) for volume in workload.volumes]


def service(workload: Workload, zone: str, cluster: Cluster, *, options: pulumi.ResourceOptions) -> Service:
    """Create the Service, which leads to this version; a client of a sticky one stays with a pod while that lives."""
    return Service(
        f"{zone}-{workload.role}-service",
        metadata=_unawaited(workload.role, workload.role, zone, cluster.naming),
        spec=ServiceSpecArgs(
            selector=cluster.naming.selector(workload.name),
            ports=_ports(workload),
            session_affinity="ClientIP" if workload.sticky else "None",
        ),
        opts=options,
    )


def disruption_budget(workload: Workload, zone: str, cluster: Cluster, *, options: pulumi.ResourceOptions) -> None:
    """Create a disruption budget: drains evict at most one pod at a time."""
    PodDisruptionBudget(
        f"{zone}-{workload.name}-budget",
        metadata=meta(workload.name, workload.role, zone, cluster.naming, workload.name),
        spec=PodDisruptionBudgetSpecArgs(
            max_unavailable=1,
            selector=LabelSelectorArgs(match_labels=cluster.naming.selector(workload.name)),
            unhealthy_pod_eviction_policy="AlwaysAllow",
        ),
        opts=options,
    )


def headless_service(workload: Workload, zone: str, cluster: Cluster, *, options: pulumi.ResourceOptions) -> Service:
    """Create the headless Service that gives each replica of a StatefulSet a name."""
    # Replicas find one another before they are ready, so their names must resolve before that.
    metadata = _unawaited(headless(workload.role), workload.role, zone, cluster.naming)
    return Service(
        f"{zone}-{workload.role}-headless",
        metadata=metadata,
        spec=ServiceSpecArgs(
            cluster_ip="None",
            selector=cluster.naming.selector(workload.role),
            ports=_ports(workload),
            publish_not_ready_addresses=True,
        ),
        opts=options,
    )


def _unawaited(name: str, role: str, zone: str, naming: Naming) -> ObjectMetaArgs:
    # A Service would wait for its pods and occupy one of the engine's few workers (four per CPU): with ten Services and
    # eight workers, no pod was ever created. The controllers already wait for the pods.
    annotations = {**naming.annotations, "pulumi.com/skipAwait": "true"}
    return ObjectMetaArgs(
        name=name,
        namespace=naming.namespace(zone),
        labels=naming.role_labels(role, zone),
        annotations=annotations,
    )


def _ports(workload: Workload) -> Sequence[ServicePortArgs]:
    return [
        ServicePortArgs(name=port_name(port, protocol), port=port.number, target_port=port.number, protocol=protocol)
        for port in workload.ports
        for protocol in port.protocols
    ]


def _autoscaler(
    workload: Workload, zone: str, scale: Scale, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> None:
    target = round(workload.resources.cpus * _TARGET_SHARE * 1000)
    HorizontalPodAutoscaler(
        f"{zone}-{workload.name}-autoscaler",
        metadata=meta(workload.name, workload.role, zone, cluster.naming, workload.name),
        spec=HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=workload.name
            ),
            min_replicas=scale.minimum,
            max_replicas=scale.maximum,
            metrics=[
                MetricSpecArgs(
                    type="Resource",
                    resource=ResourceMetricSourceArgs(
                        name="cpu", target=MetricTargetArgs(type="AverageValue", average_value=f"{target}m")
                    ),
                )
            ],
            behavior=HorizontalPodAutoscalerBehaviorArgs(
                # Up at once by doubling, down by one pod a minute after five quiet minutes: load comes in waves.
                scale_up=HPAScalingRulesArgs(
                    stabilization_window_seconds=0,
                    policies=[HPAScalingPolicyArgs(type="Percent", value=100, period_seconds=30)],
                ),
                scale_down=HPAScalingRulesArgs(
                    stabilization_window_seconds=300,
                    policies=[HPAScalingPolicyArgs(type="Pods", value=1, period_seconds=60)],
                ),
            ),
        ),
        opts=options,
    )
