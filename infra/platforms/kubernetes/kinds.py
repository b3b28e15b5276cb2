"""The kinds of object that a stack creates and looks at: what a deployer needs permissions for.

Tests hold them against what the platform's code declares and against the recorded stacks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from components.placement import OnePerNode
from config.kubernetes import IngressSettings, KubernetesSettings
from config.services import prometheus_operator as operator
from infra.platforms.kubernetes.planned import Planned

# What creating, changing and deleting an object takes with server-side apply, and with waiting until it is ready.
CREATE = ("get", "list", "watch", "create", "patch", "delete")
LOOK = ("get", "list", "watch")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind by its Pulumi ``type`` (``apps/v1:Deployment``), and the ``resource`` that RBAC rules name."""

    type: str
    resource: str
    namespaced: bool = True
    verbs: tuple[str, ...] = CREATE

    @property
    def group(self) -> str:
        """The API group; the core group is empty."""
        group = self.type.partition("/")[0]
        return "" if group == "core" else group


NAMESPACE = Kind(type="core/v1:Namespace", resource="namespaces", namespaced=False)
NETWORK_POLICY = Kind(type="networking.k8s.io/v1:NetworkPolicy", resource="networkpolicies")
# Every zone has these.
OF_ZONE = (
    NAMESPACE,
    NETWORK_POLICY,
    Kind(type="core/v1:LimitRange", resource="limitranges"),
    Kind(type="core/v1:ResourceQuota", resource="resourcequotas"),
)
# Every workload has these, and one of the controllers.
OF_WORKLOAD = (
    NETWORK_POLICY,
    Kind(type="core/v1:Service", resource="services"),
    Kind(type="core/v1:ServiceAccount", resource="serviceaccounts"),
    Kind(type="policy/v1:PodDisruptionBudget", resource="poddisruptionbudgets"),
)
DEPLOYMENT = Kind(type="apps/v1:Deployment", resource="deployments")
STATEFUL_SET = Kind(type="apps/v1:StatefulSet", resource="statefulsets")
DAEMON_SET = Kind(type="apps/v1:DaemonSet", resource="daemonsets")
JOB = Kind(type="batch/v1:Job", resource="jobs")
AUTOSCALER = Kind(type="autoscaling/v2:HorizontalPodAutoscaler", resource="horizontalpodautoscalers")
CONFIG_MAP = Kind(type="core/v1:ConfigMap", resource="configmaps")
SECRET = Kind(type="core/v1:Secret", resource="secrets")
# Permission to find targets through the API server.
DISCOVERY = (
    Kind(type="rbac.authorization.k8s.io/v1:Role", resource="roles"),
    Kind(type="rbac.authorization.k8s.io/v1:RoleBinding", resource="rolebindings"),
)
# What a workload may do at the API server: in its zone, and in the whole cluster.
RIGHTS = DISCOVERY
CLUSTER_RIGHTS = (
    Kind(type="rbac.authorization.k8s.io/v1:ClusterRole", resource="clusterroles", namespaced=False),
    Kind(type="rbac.authorization.k8s.io/v1:ClusterRoleBinding", resource="clusterrolebindings", namespaced=False),
)
# What describes the store to the Prometheus Operator.
OPERATED = (
    Kind(type=f"{operator.API_VERSION}:{operator.PROMETHEUS}", resource="prometheuses"),
    Kind(type=f"{operator.API_VERSION}:{operator.POD_MONITOR}", resource="podmonitors"),
    Kind(type=f"{operator.API_VERSION}:{operator.SERVICE_MONITOR}", resource="servicemonitors"),
    Kind(type=f"{operator.API_VERSION}:{operator.RULE}", resource="prometheusrules"),
)
# What an edge is made of, by its kind and by where its certificates come from.
INGRESS = Kind(type="networking.k8s.io/v1:Ingress", resource="ingresses")
GATEWAY = (
    Kind(type="gateway.networking.k8s.io/v1:Gateway", resource="gateways"),
    Kind(type="gateway.networking.k8s.io/v1:HTTPRoute", resource="httproutes"),
)
CERTIFICATE = Kind(type="cert-manager.io/v1:Certificate", resource="certificates")
EDGE = (INGRESS, *GATEWAY, CERTIFICATE)
# Everything that some stack creates.
ALL = tuple(
    dict.fromkeys(
        (
            *OF_ZONE,
            *OF_WORKLOAD,
            DEPLOYMENT,
            STATEFUL_SET,
            DAEMON_SET,
            JOB,
            AUTOSCALER,
            CONFIG_MAP,
            SECRET,
            *DISCOVERY,
            *CLUSTER_RIGHTS,
            *OPERATED,
            *EDGE,
        )
    )
)
# Read while waiting, for the reason why something does not become ready; pods also because only who may read them can
# grant that to Prometheus.
LOOKED_AT = (
    Kind(type="core/v1:Pod", resource="pods", verbs=LOOK),
    Kind(type="core/v1:Event", resource="events", verbs=LOOK),
    Kind(type="core/v1:PersistentVolumeClaim", resource="persistentvolumeclaims", verbs=LOOK),
    Kind(type="apps/v1:ReplicaSet", resource="replicasets", verbs=LOOK),
    Kind(type="discovery.k8s.io/v1:EndpointSlice", resource="endpointslices", verbs=LOOK),
)
# Enlarged, where volumes have to become larger.
GROWN = Kind(type="core/v1:PersistentVolumeClaim", resource="persistentvolumeclaims", verbs=("patch",))

# Deleted, where a stack with `data: delete` has a workload's volume no longer.
DROPPED = Kind(type="core/v1:PersistentVolumeClaim", resource="persistentvolumeclaims", verbs=("delete",))


def created(workloads: Iterable[Planned], settings: KubernetesSettings) -> tuple[Kind, ...]:
    """Return the kinds of object that a stack with these workloads and settings creates, each once."""
    found = (*OF_ZONE, *chain.from_iterable(map(_of_workload, workloads)), *_of_edge(settings.ingress))
    return tuple(dict.fromkeys(found))


def _of_workload(planned: Planned) -> Iterator[Kind]:
    workload = planned.workload
    yield from OF_WORKLOAD
    if planned.operated:
        yield from OPERATED
    elif workload.volumes:
        yield STATEFUL_SET
    elif isinstance(workload.placement, OnePerNode):
        yield DAEMON_SET
    else:
        yield DEPLOYMENT
        if planned.scale.grows:
            yield AUTOSCALER
    if workload.before:
        yield JOB
    for file in workload.files:
        yield SECRET if file.sensitive else CONFIG_MAP
    for right in workload.rights:
        yield from CLUSTER_RIGHTS if right.cluster_wide else RIGHTS
    if planned.discovers:
        yield from DISCOVERY


def _of_edge(edge: IngressSettings | None) -> Iterator[Kind]:
    if edge is None:
        return
    yield from (INGRESS,) if edge.kind == "ingress" else GATEWAY
    yield CERTIFICATE if edge.certificate == "cert-manager" else SECRET
