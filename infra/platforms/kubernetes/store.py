"""The metrics store on a cluster: replicas of Prometheus, and Thanos Query that deduplicates them.

Prometheus itself answers nobody but its sidecar and the other replicas, which scrape it: its lifecycle API is on, so
that the sidecar can have it read a changed configuration, and NetworkPolicies let no one else in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi
from pulumi_kubernetes.core.v1 import (
    ContainerArgs,
    ContainerPortArgs,
    EnvVarArgs,
    EnvVarSourceArgs,
    ObjectFieldSelectorArgs,
)
from pulumi_kubernetes.rbac.v1 import PolicyRuleArgs, Role, RoleBinding, RoleRefArgs, SubjectArgs

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.probe import Probe
from components.prometheus import FOLDER, STORAGE, prometheus, rule_path
from components.resources import Resources
from components.workload import Audience, Caller, Port, Workload
from config.images import Image
from config.services.discovery import PlaneNamespace
from config.services.prometheus import PrometheusConfig
from config.services.scraping import SELF_JOB, StaticJob
from infra.platforms.kubernetes.args import ThanosResources
from infra.platforms.kubernetes.explained import Explained
from infra.platforms.kubernetes.files import MountedFiles
from infra.platforms.kubernetes.naming import Naming, headless
from infra.platforms.kubernetes.pod import PodParts, hardened, resources
from infra.platforms.kubernetes.probes import http_probe
from infra.platforms.kubernetes.replacing import in_its_place
from infra.platforms.kubernetes.service import Cluster, data_mounts, meta

QUERY = "thanos-query"
_GRPC, _SIDECAR_HTTP, _QUERY_HTTP = 10901, 10902, 9090
# The replica's name, substituted when the configuration is read.
REPLICA = "${POD_NAME}"
PODS: Mapping[str, Sequence[str]] = {"": ("pods",)}
# The operator's config-reloader beside Prometheus: its default memory, and more than its default of 10 millicores,
# since Prometheus waits for its first run.
RELOADER_RESOURCES = Resources(memory_mib=50, cpus=0.1)
# By default Thanos waits two minutes for requests to end, and is killed after the grace period.
_END = ("--grpc-grace-period=5s", "--http-grace-period=5s")
# A Prometheus that just became ready has not scraped yet: it discovers targets within 5 s and scrapes each within an
# interval (10 s). Only then may the other replica go, or both have a gap at the same time.
_SETTLED_S, _READY_PERIOD_S = 15, 5
EXPLAINED = (
    Explained(
        check="CKV_K8S_38",
        objects="StatefulSet/prometheus",
        reason="Prometheus finds collectors through the API server; its Roles list the planes' pods, no more.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class StoreImages:
    """The images of the store, and what Thanos may use."""

    prometheus: Image
    thanos: Image
    resources: ThanosResources = field(default_factory=ThanosResources)


def plane_namespaces(spec: MetricsStoreSpec[Zone], naming: Naming) -> tuple[PlaneNamespace, ...]:
    """Return which plane each namespace belongs to."""
    return tuple(
        PlaneNamespace(
            namespace=naming.namespace(plane.zone.spec.name),
            data_plane_id=plane.zone.spec.name,
            environment=plane.zone.spec.environment or plane.zone.spec.name,
        )
        for plane in spec.planes
    )


def pod_name() -> EnvVarArgs:
    """Return the variable that tells a replica its own name."""
    return EnvVarArgs(
        name="POD_NAME", value_from=EnvVarSourceArgs(field_ref=ObjectFieldSelectorArgs(field_path="metadata.name"))
    )


def own_job(naming: Naming, replicas: int) -> StaticJob:
    """Return the job of Prometheus itself: every replica scrapes every replica, so that one that is gone is seen."""
    role, namespace = roles.PROMETHEUS, naming.namespace(naming.control)
    return StaticJob(
        name=SELF_JOB.name,
        addresses=tuple(
            f"{role}-{number}.{headless(role)}.{namespace}.svc:{roles.PROMETHEUS_HTTP}" for number in range(replicas)
        ),
    )


def store_config(spec: MetricsStoreSpec[Zone], naming: Naming, replicas: int) -> PrometheusConfig:
    """Return the configuration of each of the ``replicas``, which adds its own name to its series."""
    return PrometheusConfig(
        namespaces=plane_namespaces(spec, naming),
        pods=True,
        replica=REPLICA,
        alertmanagers=spec.alertmanagers,
        static_jobs=(own_job(naming, replicas), StaticJob(name=roles.ALERTMANAGER, addresses=spec.alertmanagers)),
        rule_files=tuple(rule_path(rule.name) for rule in spec.rules),
        scrape_interval_s=spec.scrape_interval_s,
        evaluation_interval_s=spec.scrape_interval_s,
        scrape_timeout_s=min(5, spec.scrape_interval_s),
    )


def store_workload(spec: MetricsStoreSpec[Zone], images: StoreImages, naming: Naming, *, replicas: int = 1) -> Workload:
    """Describe Prometheus as it runs on a cluster: it discovers collectors, and its sidecar serves queries."""
    workload = prometheus(
        image=images.prometheus,
        spec=spec,
        config=store_config(spec, naming, replicas),
        listen_addresses=(f"0.0.0.0:{roles.PROMETHEUS_HTTP}",),
        lifecycle=True,
    )
    return replace(
        workload,
        # The sidecar's port belongs to the pod, so callers see it as this workload's.
        ports=(Port(name="http", number=roles.PROMETHEUS_HTTP), Port(name="grpc", number=_GRPC)),
        callers=(Caller(role=QUERY, port="grpc"), Caller(role=roles.PROMETHEUS, port="http")),
    )


def store_parts(workload: Workload, images: StoreImages, files: list[MountedFiles]) -> PodParts:
    """Return what Prometheus's pod needs besides: the sidecar, its name, and a token to discover collectors."""
    mounts = data_mounts(workload)
    sidecar = ContainerArgs(
        name="thanos-sidecar",
        image=images.thanos.pinned,
        image_pull_policy="IfNotPresent",
        args=[
            "sidecar",
            f"--prometheus.url=http://127.0.0.1:{roles.PROMETHEUS_HTTP}",
            f"--tsdb.path={STORAGE}",
            f"--grpc-address=0.0.0.0:{_GRPC}",
            f"--http-address=0.0.0.0:{_SIDECAR_HTTP}",
            f"--reloader.config-file={FOLDER}/prometheus.yml",
            f"--reloader.rule-dir={FOLDER}",
            "--reloader.watch-interval=10s",
            # How often it tries a Prometheus that has not answered yet: the default of 30 s would delay every start.
            "--prometheus.get_config_interval=5s",
            *_END,
        ],
        ports=[ContainerPortArgs(name="sidecar-http", container_port=_SIDECAR_HTTP)],
        startup_probe=http_probe("/-/ready", _SIDECAR_HTTP, period_s=2, failures=60),
        readiness_probe=http_probe(
            "/-/ready",
            _SIDECAR_HTTP,
            period_s=_READY_PERIOD_S,
            failures=2,
            successes=1 + _SETTLED_S // _READY_PERIOD_S,
        ),
        liveness_probe=http_probe("/-/healthy", _SIDECAR_HTTP, period_s=10, failures=6),
        resources=resources(images.resources.sidecar),
        security_context=hardened(),
        volume_mounts=[*(entry.mount for entry in files), *mounts],
    )
    return PodParts(
        image=images.prometheus.pinned,
        files=files,
        data=mounts,
        extra_containers=(sidecar,),
        environment=(pod_name(),),
        api_token=True,
    )


def query_workload(images: StoreImages, naming: Naming, published_port: int | None) -> Workload:
    """Describe Thanos Query, which queries every replica and returns each series once."""
    replicas = f"dnssrv+_grpc._tcp.{headless(roles.PROMETHEUS)}.{naming.namespace(naming.control)}.svc"
    return Workload(
        role=QUERY,
        image=images.thanos,
        user="65534:65534",
        command=(
            "query",
            f"--http-address=0.0.0.0:{_QUERY_HTTP}",
            f"--grpc-address=0.0.0.0:{_GRPC}",
            "--query.replica-label=replica",
            f"--endpoint={replicas}",
            # The other resolver ignores search domains, and the cluster's own domain is unknown.
            "--store.sd-dns-resolver=golang",
            "--store.sd-dns-interval=10s",
            # A page of any origin could read every metric through an operator's port-forward.
            "--web.disable-cors",
            *_END,
        ),
        ports=(
            Port(name="http", number=_QUERY_HTTP, audience=Audience.OPERATOR, published=published_port),
            Port(name="grpc", number=_GRPC),
        ),
        probe=Probe(path="/-/ready", port="http", liveness="/-/healthy"),
        resources=images.resources.query,
        callers=(Caller(role=roles.CONSOLE, port="http"),),
        scratch=("/tmp",),  # noqa: S108  the folder inside the container, held in memory
    )


def allow_discovery(
    zone: str, cluster: Cluster, *, finds: Mapping[str, Sequence[str]] = PODS, options: pulumi.ResourceOptions
) -> None:
    """Allow Prometheus to read what it ``finds`` (API group → resources) in one zone; never Secrets."""
    naming, role = cluster.naming, roles.PROMETHEUS
    metadata = meta("prometheus-discovery", role, zone, naming)
    Role(
        f"{zone}-discovery",
        metadata=metadata,
        rules=[
            PolicyRuleArgs(api_groups=[group], resources=list(resources), verbs=["get", "list", "watch"])
            for group, resources in finds.items()
        ],
        opts=in_its_place(options),
    )
    RoleBinding(
        f"{zone}-discovery-binding",
        metadata=metadata,
        role_ref=RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="Role", name="prometheus-discovery"),
        subjects=[SubjectArgs(kind="ServiceAccount", name=role, namespace=naming.namespace(naming.control))],
        opts=in_its_place(options),
    )
