"""A stack's Kubernetes settings as arguments of the platform."""

from components.toleration import Toleration
from config.kubernetes import IngressSettings, KubernetesSettings
from config.resources import ControlPlaneResources
from infra.limits import limited
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.args import EdgeArgs, PodArgs, Replicas, ThanosResources, ZoneQuota


def access(settings: KubernetesSettings) -> ClusterAccess:
    """Return how to reach the cluster that the settings name."""
    return ClusterAccess(context=settings.context, kubeconfig=settings.kubeconfig)


def replicas(settings: KubernetesSettings) -> Replicas:
    """Return how many pods services without data have."""
    return Replicas(minimum=settings.minimum_replicas, maximum=settings.maximum_replicas)


def quota(settings: KubernetesSettings) -> ZoneQuota:
    """Return what the pods of a zone may use in all."""
    said = settings.zone_quota
    return ZoneQuota(pods=said.pods, cpus=said.cpus, memory_gib=said.memory_gib)


def thanos(settings: ControlPlaneResources) -> ThanosResources:
    """Return what the parts of Thanos may use."""
    return ThanosResources(query=limited(settings.thanos_query), sidecar=limited(settings.thanos_sidecar))


def tolerations(settings: KubernetesSettings) -> tuple[Toleration, ...]:
    """Return the taints that every pod tolerates."""
    return tuple(
        Toleration(key=said.key, operator=said.operator, value=said.value, effect=said.effect)
        for said in settings.tolerations
    )


def pods(settings: KubernetesSettings) -> PodArgs:
    """Return where pods run."""
    return PodArgs(
        node_selector=settings.node_selector,
        tolerations=tolerations(settings),
        image_pull_secrets=settings.image_pull_secrets,
        control_plane_class=settings.priority_classes.control_plane,
        data_planes_class=settings.priority_classes.data_planes,
    )


def edge(settings: IngressSettings) -> EdgeArgs:
    """Return how clients across the network reach the stack."""
    return EdgeArgs(
        domain=settings.domain,
        controller_namespace=settings.controller_namespace,
        kind=settings.kind,
        class_name=settings.class_name,
        certificate=settings.certificate,
        issuer=settings.issuer,
        secret_name=settings.secret_name,
        secret_namespace=settings.secret_namespace,
        listener_port=settings.listener_port,
        annotations=settings.annotations,
        console_annotations=settings.console_annotations,
    )
