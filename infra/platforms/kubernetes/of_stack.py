"""The Kubernetes platform of a stack, from the stack's settings."""

import pulumi_kubernetes as kubernetes

from config.load import Stack
from config.settings import CONTROL_ZONE
from infra.images import resolve
from infra.platforms.kubernetes import from_settings
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.demand import claims
from infra.platforms.kubernetes.planned import MetricsPlan, kept_on_cluster, plan
from infra.platforms.kubernetes.platform import KubernetesPlatform


def kubernetes_platform(stack: Stack) -> KubernetesPlatform:
    """Return the platform for ``stack`` on the cluster that its settings name."""
    access = from_settings.access(stack.settings.kubernetes)
    args = platform_args(stack, access, kept_on_cluster(stack))
    return KubernetesPlatform(stack.name, args, provider=make_provider(access), adopting=make_adopting(access))


def platform_args(
    stack: Stack, access: ClusterAccess, metrics: MetricsPlan, *, control_plane: str = CONTROL_ZONE
) -> KubernetesPlatformArgs:
    """Return the platform's arguments for ``stack``; ``metrics`` says how metrics are stored."""
    settings, images = stack.settings.kubernetes, resolve(stack.settings.images)
    planned = plan(stack, metrics)
    own = {zone if zone != CONTROL_ZONE else control_plane: workloads for zone, workloads in planned.items()}
    return KubernetesPlatformArgs(
        access=access,
        control_plane=control_plane,
        release=stack.settings.release,
        labels=settings.labels,
        annotations=settings.annotations,
        replicas=from_settings.replicas(settings),
        progress_deadline_s=settings.progress_deadline_seconds,
        store_replicas=settings.store_replicas,
        storage_class=settings.storage_class,
        storage_size=settings.storage_size,
        pods=from_settings.pods(settings),
        quota=from_settings.quota(settings),
        scrape_interval_s=stack.settings.control_plane.scrape_interval_seconds,
        claims={zone: claims(workloads, settings) for zone, workloads in own.items()},
        keep_data=stack.settings.data == "keep",
        api_server_cidrs=settings.api_server_cidrs,
        edge=from_settings.edge(settings.ingress) if settings.ingress else None,
        prometheus_operator=settings.prometheus_operator,
        prometheus_image=images.prometheus,
        thanos_image=images.thanos,
        thanos_resources=from_settings.thanos(stack.settings.control_plane.resources),
    )


def make_provider(access: ClusterAccess) -> kubernetes.Provider:
    """Create the provider for all of a stack's objects on the cluster."""
    return kubernetes.Provider(
        "cluster",
        context=access.context,
        kubeconfig=access.kubeconfig,
        enable_server_side_apply=True,
        # Whoever changes a field by hand owns it from then on, and the next update would be refused.
        enable_patch_force=True,
        # Changed in place: a replacement would be missing for a moment while the reloader reads.
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )


def make_adopting(access: ClusterAccess) -> kubernetes.Provider:
    """Create the provider for the stack's namespaces, which takes over those that an earlier `destroy` kept.

    Whose they are is checked before, by their labels. All other objects are refused where they exist already: an object
    that gets another name in the program would be taken over under the new one and then deleted under the old.
    """
    return kubernetes.Provider(
        "namespaces",
        context=access.context,
        kubeconfig=access.kubeconfig,
        enable_server_side_apply=True,
        upsert_existing_objects=True,
        # The fields of a kept namespace belong to the stack that is gone.
        enable_patch_force=True,
    )
