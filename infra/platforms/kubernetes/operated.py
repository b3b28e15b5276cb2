"""Prometheus run by the Prometheus Operator: objects describe what it scrapes, instead of configuration files.

The operator makes the StatefulSet. Its selector holds the labels that a workload's pods carry anyway, so that flows,
Services and the disruption budget are those of the store without it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import ContainerArgs, PodSpecArgs
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pydantic.alias_generators import to_camel

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.workload import Caller, Workload
from config import images as catalogue
from config.images import Image
from config.packs.model import RuleFile
from config.services import prometheus_operator as objects
from config.services.prometheus import PrometheusConfig
from config.services.prometheus_operator import MonitoredService, OperatedStore, Spec
from infra.platforms.kubernetes import claims, flows, patience, service, store
from infra.platforms.kubernetes.naming import INSTANCE, Naming, headless
from infra.platforms.kubernetes.pod import pod_template, resources
from infra.platforms.kubernetes.service import Cluster
from infra.platforms.kubernetes.store import StoreImages

# What Prometheus reads to discover the control plane's own services, and the Alertmanagers.
_SERVICES: Mapping[str, Sequence[str]] = {"": ("pods", "services"), "discovery.k8s.io": ("endpointslices",)}
# The operator sets this condition once all replicas are ready.
_READY = {"pulumi.com/waitFor": "condition=Available"}
# What the operator puts beside Prometheus, and before it: without resources of the stack's own, its quota would have to
# hold whatever the operator's flags say.
_RELOADER = "config-reloader"
# Fields that a Prometheus object shares with a pod.
_OF_PODS = (
    "service_account_name",
    "automount_service_account_token",
    "enable_service_links",
    "termination_grace_period_seconds",
    "security_context",
    "priority_class_name",
    "node_selector",
    "tolerations",
    "image_pull_secrets",
    "topology_spread_constraints",
)


@dataclass(frozen=True)
class _Object:
    """One of the operator's objects, in the control plane's namespace; ``role`` is the workload that it describes.

    It is called as its ``resource`` on the cluster, too, unless it has a ``name``.
    """

    kind: str
    resource: str
    role: str
    spec: Spec
    name: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)


def declare(
    spec: MetricsStoreSpec[Zone], images: StoreImages, cluster: Cluster, *, options: pulumi.ResourceOptions
) -> None:
    """Declare the replicas with everything that they scrape and evaluate."""
    naming = cluster.naming
    config = store.store_config(spec, naming, cluster.args.store_replicas)
    workload = without_files(store.store_workload(spec, images, naming))
    flows.declare(workload, naming.control, naming, options=options)
    service.disruption_budget(workload, naming.control, cluster, options=options)
    store.allow_discovery(naming.control, cluster, finds=_SERVICES, options=options)
    needed = [
        service.account(workload, naming.control, cluster, options=options),
        service.headless_service(workload, naming.control, cluster, options=options),
    ]
    own = {
        role: MonitoredService(job=role, service=headless(role), port="http")
        for role in (roles.PROMETHEUS, roles.ALERTMANAGER)
    }
    for one in (*_monitors(config, own.values(), naming), *_rules(spec.rules, naming)):
        _declare(one, cluster, options=options)
    asked = OperatedStore(
        config=config,
        replicas=cluster.args.store_replicas,
        retention=spec.retention,
        retention_size=spec.retention_size,
        version=_version(images.prometheus, catalogue.PROMETHEUS),
        namespace=naming.namespace(naming.control),
        selector={INSTANCE: naming.instance},
        alertmanager=own[roles.ALERTMANAGER],
    )
    prometheus = _Object(
        objects.PROMETHEUS,
        f"{naming.control}-{workload.role}",
        workload.role,
        {**objects.prometheus(asked), **_pods(workload, images, cluster)},
        # The operator gives its pods this name as a label, and by that label a workload's pods are selected.
        name=naming.instance,
        annotations=_READY,
    )
    after = pulumi.ResourceOptions.merge(
        # With another size the operator would end every pod at once, and leave the claims as they are.
        options,
        pulumi.ResourceOptions(depends_on=needed, ignore_changes=[claims.OPERATED_SIZE]),
    )
    made = _declare(prometheus, cluster, options=patience.for_replicas(cluster.args.store_replicas, after))
    (wanted,) = claims.claimed(
        workload,
        namespace=naming.namespace(naming.control),
        controller=operated_set(naming),
        replicas=cluster.args.store_replicas,
        size=cluster.args.storage_size,
    )
    growing = pulumi.ResourceOptions(parent=options.parent, depends_on=[made])
    claims.Claims(f"{naming.control}-{workload.role}-claims", wanted, cluster.args.access, opts=growing)


def operated_set(naming: Naming) -> str:
    """Return the name of the StatefulSet that the operator makes."""
    return f"prometheus-{naming.instance}"


def without_files(workload: Workload) -> Workload:
    """Return the store's workload as the operator runs it: without files, and with Prometheus itself as a caller."""
    return replace(
        workload,
        files=(),
        # Every replica scrapes every replica: it finds them as the pods of their Service.
        callers=(Caller(role=store.QUERY, port="grpc"), Caller(role=roles.PROMETHEUS, port="http")),
    )


def _monitors(config: PrometheusConfig, own: Iterable[MonitoredService], naming: Naming) -> Iterator[_Object]:
    """Yield the monitors that discover every plane's collectors and the control plane's ``own`` services."""
    for plane in config.namespaces:
        said = objects.pod_monitor(plane, config.limits, naming.selector(roles.COLLECTOR))
        yield _Object(objects.POD_MONITOR, f"{plane.data_plane_id}-{roles.COLLECTOR}", roles.COLLECTOR, said)
    for one in own:
        said = objects.service_monitor(one, naming.selector(one.job))
        yield _Object(objects.SERVICE_MONITOR, f"{naming.control}-{one.job}", one.job, said)


def _rules(files: Iterable[RuleFile], naming: Naming) -> Iterator[_Object]:
    for file in files:
        pack = file.name.partition(".")[0]
        yield _Object(objects.RULE, f"{naming.control}-{pack}", roles.PROMETHEUS, objects.prometheus_rule(file))


def _declare(what: _Object, cluster: Cluster, *, options: pulumi.ResourceOptions) -> CustomResource:
    naming = cluster.naming
    return CustomResource(
        f"{what.resource}-{what.kind.lower()}",
        api_version=objects.API_VERSION,
        kind=what.kind,
        metadata=ObjectMetaArgs(
            name=what.name or what.resource,
            namespace=naming.namespace(naming.control),
            labels=naming.role_labels(what.role, naming.control),
            annotations={**naming.annotations, **what.annotations},
        ),
        spec=what.spec,
        opts=options,
    )


def _pods(workload: Workload, images: StoreImages, cluster: Cluster) -> Spec:
    """Return the pod settings of a Prometheus object: the same as for pods that run without the operator."""
    naming, parts = cluster.naming, store.store_parts(workload, images, [])
    pod = pod_template(workload, naming.control, parts, naming, cluster.args.pods).spec
    if not isinstance(pod, PodSpecArgs) or not isinstance(pod.containers, list):
        raise TypeError("pod_template must return plain arguments, no outputs")
    main, sidecar = pod.containers
    (volume,) = workload.volumes
    return {
        **{to_camel(name): value for name in _OF_PODS if (value := getattr(pod, name))},
        "serviceName": headless(workload.role),
        "podMetadata": {
            "labels": naming.role_labels(workload.role, naming.control),
            "annotations": dict(naming.annotations),
        },
        "image": images.prometheus.pinned,
        "imagePullPolicy": main.image_pull_policy,
        "resources": main.resources,
        "storage": {"volumeClaimTemplate": service.claim(volume, workload.role, cluster)},
        "thanos": {
            "version": f"v{_version(images.thanos, catalogue.THANOS)}",
            "image": images.thanos.pinned,
            "resources": sidecar.resources,
        },
        # The operator's sidecar has no probes of its own: a replica that Thanos Query cannot ask would count as ready.
        "containers": [
            ContainerArgs(
                name=sidecar.name,
                startup_probe=sidecar.startup_probe,
                readiness_probe=sidecar.readiness_probe,
                liveness_probe=sidecar.liveness_probe,
            ),
            ContainerArgs(name=_RELOADER, resources=resources(store.RELOADER_RESOURCES)),
        ],
        "initContainers": [ContainerArgs(name=f"init-{_RELOADER}", resources=resources(store.RELOADER_RESOURCES))],
    }


def _version(image: Image, known: Image) -> str:
    """Return the version of an image; a custom reference without a version counts as ``known``."""
    said = re.fullmatch(r"v?(\d+\.\d+\.\d+)", image.version)
    return said[1] if said else known.version
