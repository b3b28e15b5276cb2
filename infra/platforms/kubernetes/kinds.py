"""The kinds of object that a stack makes and looks at: what a deployer needs rights for.

A test holds this table against what the platform's code declares and against the recorded stacks.
"""

from dataclasses import dataclass

from config.kubernetes import KubernetesSettings
from config.services import prometheus_operator as operator

# What making, changing and removing an object takes with server-side apply, and with waiting until it is ready.
MAKE = ("get", "list", "watch", "create", "patch", "delete")
LOOK = ("get", "list", "watch")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind by its Pulumi ``type`` (``apps/v1:Deployment``), and the ``resource`` that rights are given for."""

    type: str
    resource: str
    namespaced: bool = True
    verbs: tuple[str, ...] = MAKE

    @property
    def group(self) -> str:
        """The API group; the core group is empty."""
        group = self.type.partition("/")[0]
        return "" if group == "core" else group


NAMESPACE = Kind(type="core/v1:Namespace", resource="namespaces", namespaced=False)
AUTOSCALER = Kind(type="autoscaling/v2:HorizontalPodAutoscaler", resource="horizontalpodautoscalers")
ALWAYS = (
    NAMESPACE,
    Kind(type="apps/v1:Deployment", resource="deployments"),
    Kind(type="apps/v1:StatefulSet", resource="statefulsets"),
    Kind(type="core/v1:ConfigMap", resource="configmaps"),
    Kind(type="core/v1:LimitRange", resource="limitranges"),
    Kind(type="core/v1:ResourceQuota", resource="resourcequotas"),
    Kind(type="core/v1:Service", resource="services"),
    Kind(type="core/v1:ServiceAccount", resource="serviceaccounts"),
    Kind(type="networking.k8s.io/v1:NetworkPolicy", resource="networkpolicies"),
    Kind(type="policy/v1:PodDisruptionBudget", resource="poddisruptionbudgets"),
    Kind(type="rbac.authorization.k8s.io/v1:Role", resource="roles"),
    Kind(type="rbac.authorization.k8s.io/v1:RoleBinding", resource="rolebindings"),
)
# Holds the webhook's URL, tokens or certificates; a stack without any makes none.
SECRET = Kind(type="core/v1:Secret", resource="secrets")
# What the store is described by to the Prometheus Operator.
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
# Looked at while waiting, for the reason when something does not become ready. Prometheus is given the right to pods,
# and only who has a right can give it.
LOOKED_AT = (
    Kind(type="core/v1:Pod", resource="pods", verbs=LOOK),
    Kind(type="core/v1:Event", resource="events", verbs=LOOK),
    Kind(type="core/v1:PersistentVolumeClaim", resource="persistentvolumeclaims", verbs=LOOK),
    Kind(type="apps/v1:ReplicaSet", resource="replicasets", verbs=LOOK),
    Kind(type="discovery.k8s.io/v1:EndpointSlice", resource="endpointslices", verbs=LOOK),
)


def made(settings: KubernetesSettings, *, secrets: bool) -> tuple[Kind, ...]:
    """Return the kinds of object that a stack with these settings makes; ``secrets`` tells whether it has any."""
    edge = settings.ingress
    issued = edge is not None and edge.certificate == "cert-manager"
    doors = () if edge is None else (INGRESS,) if edge.kind == "ingress" else GATEWAY
    scaled = settings.maximum_replicas > settings.minimum_replicas
    return (
        *ALWAYS,
        *((AUTOSCALER,) if scaled else ()),
        *((SECRET,) if secrets or (edge and not issued) else ()),
        *doors,
        *((CERTIFICATE,) if issued else ()),
        *(OPERATED if settings.prometheus_operator else ()),
    )
