"""Settings of the Kubernetes cluster that a stack runs on."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from config import patterns
from config.model import Distinct, Keywords, Model, excluding, unit
from config.networks import Cidr
from config.quantities import Quantity

# Labels of these domains are Kubernetes's and this project's: selectors, policies and Pod Security hang on them.
_RESERVED = ("kubernetes.io", "k8s.io", "planewatch.dev")
# Annotations of these steer the plugin and the roll-out of pods.
_STEERING = ("pulumi.com", "planewatch.dev")
# Pods of these classes are admitted where a quota names the class, which is in kube-system alone by default.
_SYSTEM = "system-"


def _is_of(key: str, domains: tuple[str, ...]) -> bool:
    domain = key.rpartition("/")[0]
    return any(domain == own or domain.endswith(f".{own}") for own in domains)


def _not_reserved(key: str) -> str:
    if _is_of(key, _RESERVED):
        raise ValueError(f"be outside {', '.join(_RESERVED)}, which the stack sets itself")
    return key


def _not_steering(key: str) -> str:
    if _is_of(key, _STEERING):
        raise ValueError(f"be outside {', '.join(_STEERING)}, which the stack sets itself")
    return key


def _not_system(name: str) -> str:
    if name.startswith(_SYSTEM):
        raise ValueError(f"be a class of your own, not one of the cluster's ({_SYSTEM}…)")
    return name


def _excluding(domains: tuple[str, ...]) -> Keywords:
    either = "|".join(re.escape(domain) for domain in domains)
    return excluding(rf"^([^/]*\.)?({either})/", f"no key of {', '.join(f'`{domain}`' for domain in domains)}")


DnsName = Annotated[str, StringConstraints(pattern=patterns.DNS_NAME, max_length=253)]
# 42 of the 253 characters are for "<plane>-<role>." in front.
Domain = Annotated[str, StringConstraints(pattern=patterns.DOMAIN, max_length=211)]
LabelValue = Annotated[str, StringConstraints(pattern=patterns.LABEL_VALUE, max_length=63)]
LabelKey = Annotated[str, StringConstraints(pattern=patterns.LABEL_KEY, max_length=316)]
OwnLabelKey = Annotated[LabelKey, AfterValidator(_not_reserved), _excluding(_RESERVED)]
AnnotationKey = Annotated[LabelKey, AfterValidator(_not_steering), _excluding(_STEERING)]
PriorityClassName = Annotated[DnsName, AfterValidator(_not_system), excluding(f"^{_SYSTEM}", f"not `{_SYSTEM}…`")]
TaintKey = Annotated[str, StringConstraints(pattern=patterns.TAINT_KEY, max_length=316)]
# Setting → the kind of certificate that needs it, and what it is.
_NEEDED = {
    "issuer": ("cert-manager", "the name of a ClusterIssuer"),
    "secret_name": ("secret", "the name of a Secret of type kubernetes.io/tls"),
    "secret_namespace": ("secret", "the namespace of that Secret"),
}


class Toleration(Model):
    """A taint that the stack's pods tolerate, as Kubernetes writes it."""

    key: TaintKey
    """Key of the taint; empty with `Exists` for every taint."""
    operator: Literal["Equal", "Exists"] = "Equal"
    """Whether the taint's value must be equal, or any will do."""
    value: LabelValue | None = None
    """Value of the taint; none with `Exists`."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Effect to tolerate. Without it all of them."""

    @model_validator(mode="after")
    def _exists_has_no_value(self) -> "Toleration":
        if self.operator == "Exists" and self.value:
            raise ValueError("operator Exists takes no value; remove value")
        if self.operator == "Equal" and not self.key:
            raise ValueError("operator Equal needs a key; add it, or set operator: Exists for every taint")
        return self


class PriorityClasses(Model):
    """Existing priority classes for pods; the stack creates none."""

    control_plane: PriorityClassName | None = None
    """Class of the control plane's pods. Without it the cluster's default."""
    data_planes: PriorityClassName | None = None
    """Class of the data planes' pods. Without it the cluster's default."""


class ZoneQuota(Model):
    """What the pods of a zone may use in all; they may request half of the limits."""

    pods: Annotated[int, unit("pods")] = Field(default=50, ge=1, le=150_000)
    """The most pods."""
    cpus: Annotated[int, unit("cores")] = Field(default=32, ge=1, le=1_000_000)
    """Sum of the pods' CPU limits."""
    memory_gib: Annotated[int, unit("GiB")] = Field(default=64, ge=1, le=10_000_000)
    """Sum of the pods' memory limits."""


class IngressSettings(Model):
    """How clients across the network reach the stack: `https://<name>.<domain>`, by an Ingress or a Gateway."""

    domain: Domain
    """Domain below which every published name lies; point `*.<domain>` at the controller."""
    kind: Literal["ingress", "gateway"] = "ingress"
    """An Ingress for each published workload, or one Gateway and an HTTPRoute for each (Gateway API 1.0 or newer)."""
    class_name: DnsName | None = Field(default=None, validate_default=True)
    """The IngressClass, by default the cluster's; or the GatewayClass, which `kind: gateway` requires."""
    controller_namespace: DnsName
    """Namespace of the controller's pods, which alone may connect to what is published."""
    certificate: Literal["cert-manager", "secret", "self-signed"] = "self-signed"
    """Where TLS comes from: a ClusterIssuer of cert-manager, an existing Secret, or, for development, an authority of
    the stack's own."""
    issuer: DnsName | None = Field(default=None, validate_default=True)
    """Name of the ClusterIssuer; required with `cert-manager`."""
    secret_name: DnsName | None = Field(default=None, validate_default=True)
    """Name of a Secret of type `kubernetes.io/tls`; required with `secret`."""
    secret_namespace: DnsName | None = Field(default=None, validate_default=True)
    """Namespace of that Secret; required with `secret`."""
    listener_port: int = Field(default=443, ge=1, le=65535)
    """Port of the Gateway's listener. Traefik requires that of its own entry point, 8443 in its chart."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations on every Ingress, or on the Gateway."""
    console_annotations: dict[LabelKey, str] = Field(default={})
    """More annotations on the console's Ingress or HTTPRoute alone, by which the controller requires a login:
    `nginx.ingress.kubernetes.io/auth-url`, for example."""

    def host(self, name: str) -> str:
        """Return the host of what the edge calls ``name``: one label below the domain, so that a wildcard covers it."""
        return f"{name}.{self.domain}"

    @field_validator("class_name")
    @classmethod
    def _gateway_has_a_class(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("kind") == "gateway":
            raise ValueError("be the name of a GatewayClass with kind: gateway")
        return value

    @field_validator("issuer", "secret_name", "secret_namespace")
    @classmethod
    def _fits_the_certificate(cls, value: str | None, info: ValidationInfo) -> str | None:
        # Missing when the certificate setting itself is invalid, which is reported already.
        if (certificate := info.data.get("certificate")) is None:
            return value
        needed_by, meaning = _NEEDED[info.field_name or ""]
        if value is None and certificate == needed_by:
            raise ValueError(f"be {meaning} with certificate: {certificate}")
        if value is not None and certificate != needed_by:
            raise ValueError(f"be left out with certificate: {certificate}; it belongs to {needed_by}")
        return value


class KubernetesSettings(Model):
    """The cluster and what it expects of pods; for the platforms `kubernetes` and `eks`."""

    context: str | None = Field(default=None, min_length=1)
    """Context of the kubeconfig. Without it the current one."""
    kubeconfig: str | None = Field(default=None, min_length=1)
    """Path of the kubeconfig. Without it `KUBECONFIG`, else `~/.kube/config`."""
    storage_class: DnsName | None = None
    """Class of volume claims. Without it the cluster's default; on EKS one of the stack's own."""
    storage_size: Quantity = "10Gi"
    """Volume of each replica that keeps data. A larger value enlarges existing volumes; none is ever made smaller."""
    minimum_replicas: Annotated[int, unit("pods")] = Field(default=2, ge=1, le=100)
    """The fewest pods of each service without data."""
    maximum_replicas: Annotated[int, unit("pods")] = Field(default=6, ge=1, le=100)
    """The most pods of each service without data; not below `minimumReplicas`."""
    store_replicas: Annotated[int, unit("pods")] = Field(default=2, ge=1, le=5)
    """Replicas of the metrics store."""
    progress_deadline_seconds: Annotated[int, unit("seconds")] = Field(default=150, ge=10, le=3600)
    """How long the rollout of a service without data may make no progress before `up` reports it as failed. A pod has
    120 s to start: with less, a slow start counts as failed too."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels of the nodes that every pod runs on."""
    tolerations: Distinct[Toleration] = Field(default=[])
    """Taints that every pod tolerates."""
    image_pull_secrets: Distinct[DnsName] = Field(default=[])
    """Names of pull secrets for every pod; they must exist in each zone's namespace."""
    priority_classes: PriorityClasses = PriorityClasses()
    """Existing priority classes for pods."""
    zone_quota: ZoneQuota = ZoneQuota()
    """What the pods of a zone may use in all."""
    labels: dict[OwnLabelKey, LabelValue] = Field(default={})
    """Labels on every object."""
    annotations: dict[AnnotationKey, str] = Field(default={})
    """Annotations on every object."""
    api_server_cidrs: Distinct[Cidr] = Field(default=["0.0.0.0/0"])
    """Addresses of the API server, to which Prometheus alone may connect (ports 443 and 6443)."""
    ingress: IngressSettings | None = None
    """The edge: how clients across the network reach the stack. Without it by port-forwards alone."""
    prometheus_operator: bool = False
    """Whether the Prometheus Operator, which the cluster must run, runs the metrics store."""

    @model_validator(mode="after")
    def _replicas_are_a_range(self) -> "KubernetesSettings":
        if self.maximum_replicas < self.minimum_replicas:
            raise ValueError(
                f"maximumReplicas must be ≥ minimumReplicas, which is {self.minimum_replicas}"
                f" (got {self.maximum_replicas})"
            )
        return self
