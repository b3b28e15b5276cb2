"""The arguments of the Kubernetes platform: its pods, its zones, its edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from components import roles
from components.resources import THANOS_QUERY, THANOS_SIDECAR, Resources
from components.toleration import Toleration
from config.images import PROMETHEUS, REPOSITORY, THANOS, Image
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.files import KubernetesSecrets, SecretFolders

# The arguments that each kind of certificate requires.
_NEEDED = {"cert-manager": ("issuer",), "secret": ("secret_name", "secret_namespace"), "self-signed": ()}


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """How many pods a service without data has: ``minimum`` at rest, up to ``maximum`` under load."""

    minimum: int = 2
    maximum: int = 6


@dataclass(frozen=True, kw_only=True)
class ZoneQuota:
    """What the pods of a zone may use in all; they may request half of the limits."""

    pods: int = 50
    cpus: int = 32
    memory_gib: int = 64


@dataclass(frozen=True, kw_only=True)
class ThanosResources:
    """What the two parts of Thanos may use.

    Attributes:
        query: Each Thanos Query, which answers queries.
        sidecar: The sidecar of each Prometheus, through which Thanos Query reads.
    """

    query: Resources = THANOS_QUERY
    sidecar: Resources = THANOS_SIDECAR


@dataclass(frozen=True, kw_only=True)
class PodArgs:
    """Where pods run, and how their images are pulled.

    Attributes:
        node_selector: Labels of the nodes that every pod runs on.
        tolerations: Taints that every pod tolerates.
        image_pull_secrets: Names of pull secrets, which must exist in each zone's namespace.
        control_plane_class: Existing priority class of the control plane's pods; None: the cluster's default.
        data_planes_class: Existing priority class of the data planes' pods; None: the cluster's default.
    """

    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: Sequence[Toleration] = ()
    image_pull_secrets: Sequence[str] = ()
    control_plane_class: str | None = None
    data_planes_class: str | None = None


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """How clients across the network reach a stack: ``https://<name>.<domain>``, by an Ingress or a Gateway.

    Raises ValueError when an argument is missing that ``kind`` or ``certificate`` requires.

    Attributes:
        domain: Domain below which every published name lies; point ``*.<domain>`` at the controller.
        controller_namespace: Namespace of the controller's pods, which alone may connect to what is published.
        kind: An Ingress for each published workload, or one Gateway and an HTTPRoute for each.
        class_name: The IngressClass, by default the cluster's; or the GatewayClass, which a Gateway requires.
        certificate: Where TLS comes from: a ClusterIssuer of cert-manager, an existing Secret, or an authority of the
            stack's own.
        issuer: Name of the ClusterIssuer.
        secret_name: Name of the Secret, of type ``kubernetes.io/tls``.
        secret_namespace: Namespace of the Secret.
        listener_port: Port of the Gateway's listener.
        annotations: Annotations on every Ingress, or on the Gateway.
        console_annotations: More annotations on the console's Ingress or HTTPRoute alone, for a controller's login.
    """

    domain: str
    controller_namespace: str
    kind: Literal["ingress", "gateway"] = "ingress"
    class_name: str | None = None
    certificate: Literal["cert-manager", "secret", "self-signed"] = "self-signed"
    issuer: str | None = None
    secret_name: str | None = None
    secret_namespace: str | None = None
    listener_port: int = 443
    annotations: Mapping[str, str] = field(default_factory=dict)
    console_annotations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for a missing argument."""
        needed = (*_NEEDED[self.certificate], *(("class_name",) if self.kind == "gateway" else ()))
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(
                f"{' and '.join(missing)} of EdgeArgs must be set with kind={self.kind!r} and"
                f" certificate={self.certificate!r} (got None)"
            )

    def host(self, name: str) -> str:
        """Return the host of what the edge calls ``name``: one label below the domain, so that a wildcard covers it."""
        return f"{name}.{self.domain}"

    def annotations_of(self, role: str, *, of_control_plane: bool) -> Mapping[str, str]:
        """Return the annotations of the route to one workload alone; a plane may call one of its own ``console``."""
        return self.console_annotations if of_control_plane and role == roles.CONSOLE else {}


@dataclass(frozen=True, kw_only=True)
class KubernetesPlatformArgs:
    """How to reach a cluster, and how planes run on it.

    Attributes:
        access: The cluster, and the resources that must exist before anything runs there.
        control_plane: Name of the control plane; roles, flows and routes name its namespace before it exists.
        release: Version label of every object.
        labels: Labels on every object.
        annotations: Annotations on every object.
        replicas: How many pods each service without data has.
        progress_deadline_s: Seconds that the rollout of a service without data may make no progress before it has
            failed; a pod has 120 to start.
        store_replicas: Replicas of the metrics store.
        storage_class: Class of volume claims; None: the cluster's default.
        storage_size: Volume of each replica that keeps data, as Kubernetes writes it (``10Gi``).
        pods: Where pods run.
        quota: What the pods of a zone may use in all.
        scrape_interval_s: Seconds between two scrapes of a collector, which stays for one more when asked to stop.
        claims: Number of volume claims of a zone's workloads, by zone; its quota allows twice as many, at least ten.
        keep_data: Whether the namespaces of zones with volume claims outlive the stack, and their data with them.
        api_server_cidrs: Addresses of the API server, to which Prometheus alone may connect (ports 443 and 6443).
        edge: How clients across the network reach published services; None: through port-forwards only.
        prometheus_operator: Whether the Prometheus Operator, which the cluster must run, runs the metrics store.
        prometheus_image: The Prometheus to run for a control plane.
        thanos_image: The Thanos that answers queries for all its replicas.
        thanos_resources: What the parts of Thanos may use.
        app_images: Repository prefix from which the cluster pulls the images of planewatch's own apps.
        secrets: How sensitive files reach pods.
    """

    access: ClusterAccess = field(default_factory=ClusterAccess)
    control_plane: str = roles.CONTROL_PLANE
    release: str = "dev"
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    replicas: Replicas = field(default_factory=Replicas)
    progress_deadline_s: int = 150
    store_replicas: int = 2
    storage_class: str | None = None
    storage_size: str = "10Gi"
    pods: PodArgs = field(default_factory=PodArgs)
    quota: ZoneQuota = field(default_factory=ZoneQuota)
    scrape_interval_s: int = 10
    claims: Mapping[str, int] = field(default_factory=dict)
    keep_data: bool = True
    api_server_cidrs: Sequence[str] = ("0.0.0.0/0",)
    edge: EdgeArgs | None = None
    prometheus_operator: bool = False
    prometheus_image: Image = PROMETHEUS
    thanos_image: Image = THANOS
    thanos_resources: ThanosResources = field(default_factory=ThanosResources)
    app_images: str = REPOSITORY
    secrets: SecretFolders = field(default_factory=KubernetesSecrets)
