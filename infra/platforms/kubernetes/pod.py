"""A workload as a pod template that the `restricted` Pod Security level admits, but for host paths."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import (
    CapabilitiesArgs,
    ContainerArgs,
    ContainerPortArgs,
    EmptyDirVolumeSourceArgs,
    EnvVarArgs,
    LifecycleArgs,
    LifecycleHandlerArgs,
    LocalObjectReferenceArgs,
    PodSecurityContextArgs,
    PodSpecArgs,
    PodTemplateSpecArgs,
    ResourceRequirementsArgs,
    SeccompProfileArgs,
    SecurityContextArgs,
    SleepActionArgs,
    TolerationArgs,
    TopologySpreadConstraintArgs,
    VolumeArgs,
    VolumeMountArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs

from components.resources import Resources
from components.toleration import Toleration
from components.workload import Port, Workload
from config.digest import of
from config.writable import TMP
from infra.platforms.kubernetes import host_paths
from infra.platforms.kubernetes.args import PodArgs
from infra.platforms.kubernetes.explained import Explained
from infra.platforms.kubernetes.files import MountedFiles, checksum
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.probes import probes_of
from infra.platforms.kubernetes.share import Share

# Seconds to finish requests in flight, after the preStop pause in which endpoints drop the pod.
_GRACE_S = 25
_DIGITS = 12
EXPLAINED = (
    Explained(
        check="CKV_K8S_43",
        reason="An image of ours is tagged with the hash of its content, a third party's with a version. The stack can "
        "name a digest; one that was made here, where no registry answers, has none that a cluster could ask for.",
    ),
    Explained(
        check="CKV_K8S_15",
        reason="No tag moves, so pulling again brings nothing new; it would keep pods from starting while the registry "
        "is away, and nodes without a registry from starting any.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class PodParts:
    """What a pod needs besides its workload."""

    image: pulumi.Input[str]
    files: Sequence[MountedFiles]
    data: Sequence[VolumeMountArgs] = ()
    extra_containers: Sequence[ContainerArgs] = ()
    extra_volumes: Sequence[VolumeArgs] = ()
    environment: Sequence[EnvVarArgs] = ()
    api_token: bool = False


def pod_template(workload: Workload, zone: str, parts: PodParts, naming: Naming, args: PodArgs) -> PodTemplateSpecArgs:
    """Describe the pod. Its digest of files rolls the pods when a file changes that nobody reloads."""
    user, group = (int(part) for part in workload.user.split(":"))
    scratch = [
        VolumeArgs(name=_scratch(folder), empty_dir=EmptyDirVolumeSourceArgs(medium="Memory", size_limit="64Mi"))
        for folder in workload.scratch
    ]
    annotations: dict[str, pulumi.Input[str]] = {
        **naming.annotations,
        "planewatch.dev/files": checksum(parts.files),
    }
    return PodTemplateSpecArgs(
        metadata=ObjectMetaArgs(labels=naming.role_labels(workload.role, zone, workload.name), annotations=annotations),
        spec=PodSpecArgs(
            service_account_name=workload.role,
            automount_service_account_token=parts.api_token or bool(workload.rights),
            enable_service_links=False,
            priority_class_name=args.control_plane_class if zone == naming.control else args.data_planes_class,
            termination_grace_period_seconds=workload.drain_s + _GRACE_S,
            security_context=PodSecurityContextArgs(
                run_as_non_root=True,
                run_as_user=user,
                run_as_group=group,
                fs_group=group,
                fs_group_change_policy="OnRootMismatch",
                seccomp_profile=SeccompProfileArgs(type="RuntimeDefault"),
            ),
            containers=[_container(workload, parts), *parts.extra_containers],
            volumes=[
                *(entry.volume for entry in parts.files),
                *scratch,
                *host_paths.volumes(workload),
                *parts.extra_volumes,
            ],
            node_selector=dict(args.node_selector),
            tolerations=tolerations(args.tolerations),
            image_pull_secrets=[LocalObjectReferenceArgs(name=name) for name in args.image_pull_secrets],
            topology_spread_constraints=[
                TopologySpreadConstraintArgs(
                    max_skew=1,
                    topology_key=key,
                    # A cluster with one node or one zone must still accept the second replica.
                    when_unsatisfiable="ScheduleAnyway",
                    label_selector=LabelSelectorArgs(match_labels=naming.selector(workload.name)),
                )
                for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
            ],
        ),
    )


def tolerations(tolerated: Sequence[Toleration]) -> list[TolerationArgs]:
    """Return tolerations as pods have them."""
    return [
        TolerationArgs(key=entry.key, operator=entry.operator, value=entry.value, effect=entry.effect)
        for entry in tolerated
    ]


def port_name(port: Port, protocol: str) -> str:
    """Return the name of a port on a cluster, where each protocol needs a name of its own."""
    return port.name if protocol == port.protocols[0] else f"{port.name}-{protocol.lower()}"


def hardened() -> SecurityContextArgs:
    """Return the security context of every container."""
    return SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=CapabilitiesArgs(drop=["ALL"]),
    )


def resources(bounds: Resources) -> ResourceRequirementsArgs:
    """Return requests and limits of a container."""
    asked = Share.of(bounds)
    return ResourceRequirementsArgs(
        requests={"cpu": f"{asked.request_milli}m", "memory": f"{asked.request_mib}Mi"},
        limits={"cpu": f"{asked.limit_milli}m", "memory": f"{asked.limit_mib}Mi"},
    )


def literal(value: str) -> str:
    """Return a variable's value such that Kubernetes, which expands ``$(NAME)`` and ``$$``, hands it on as it is."""
    return value.replace("$", "$$")


def _container(workload: Workload, parts: PodParts) -> ContainerArgs:
    asked = probes_of(workload)
    return ContainerArgs(
        name=workload.role,
        image=parts.image,
        image_pull_policy="IfNotPresent",
        args=list(workload.command),
        env=[
            *(EnvVarArgs(name=key, value=literal(value)) for key, value in sorted(workload.environment.items())),
            *(
                EnvVarArgs(name=key, value=value.apply(literal))
                for key, value in sorted(workload.environment_outputs.items())
            ),
            *parts.environment,
        ],
        ports=[
            ContainerPortArgs(name=port_name(entry, protocol), container_port=entry.number, protocol=protocol)
            for entry in workload.ports
            for protocol in entry.protocols
        ],
        startup_probe=asked.startup,
        readiness_probe=asked.readiness,
        liveness_probe=asked.liveness,
        resources=resources(workload.resources),
        security_context=hardened(),
        volume_mounts=[
            *(entry.mount for entry in parts.files),
            *(VolumeMountArgs(name=_scratch(folder), mount_path=folder) for folder in workload.scratch),
            *host_paths.mounts(workload),
            *parts.data,
        ],
        lifecycle=LifecycleArgs(pre_stop=LifecycleHandlerArgs(sleep=SleepActionArgs(seconds=workload.drain_s))),
    )


def _scratch(folder: str) -> str:
    # Paths that differ in a sign only need names that differ, and a name has few signs.
    return "scratch-tmp" if folder == TMP else f"scratch-{of(folder.encode(), _DIGITS)}"
