"""What a stack may say about the Kubernetes cluster it runs on."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from config import patterns
from config.model import Model

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
        raise ValueError(f"a key outside {', '.join(_RESERVED)}: the stack sets those itself")
    return key


def _not_steering(key: str) -> str:
    if _is_of(key, _STEERING):
        raise ValueError(f"a key outside {', '.join(_STEERING)}: the stack sets those itself")
    return key


def _not_system(name: str) -> str:
    if name.startswith(_SYSTEM):
        raise ValueError(f"a class of your own: those named {_SYSTEM}… are the cluster's")
    return name


DnsName = Annotated[str, StringConstraints(pattern=patterns.DNS_NAME, max_length=253)]
# 42 of the 253 characters are for "<plane>-<role>." in front.
Domain = Annotated[str, StringConstraints(pattern=patterns.DOMAIN, max_length=211)]
LabelValue = Annotated[str, StringConstraints(pattern=patterns.LABEL_VALUE, max_length=63)]
LabelKey = Annotated[str, StringConstraints(pattern=patterns.LABEL_KEY, max_length=316)]
OwnLabelKey = Annotated[LabelKey, AfterValidator(_not_reserved)]
AnnotationKey = Annotated[LabelKey, AfterValidator(_not_steering)]
PriorityClassName = Annotated[DnsName, AfterValidator(_not_system)]
Quantity = Annotated[str, StringConstraints(pattern=patterns.QUANTITY)]
Cidr = Annotated[str, StringConstraints(pattern=patterns.CIDR)]
# Setting → the kind of certificate that needs it, and what it is.
_NEEDED = {
    "issuer": ("cert-manager", "the name of a ClusterIssuer"),
    "secret_name": ("secret", "the name of a Secret of type kubernetes.io/tls"),
    "secret_namespace": ("secret", "the namespace of that Secret"),
}


class Toleration(Model):
    """A taint that pods of the stack put up with, as Kubernetes writes it."""

    key: str
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None

    @model_validator(mode="after")
    def _exists_has_no_value(self) -> "Toleration":
        if self.operator == "Exists" and self.value:
            raise ValueError("the operator Exists takes no value; leave the value out")
        return self


class PriorityClasses(Model):
    """Existing priority classes for pods; without one, pods have the cluster's default."""

    control_plane: PriorityClassName | None = None
    data_planes: PriorityClassName | None = None


class ZoneQuota(Model):
    """What all pods of a zone may have in all: limits in cores and GiB; half of both is what they may request."""

    pods: int = Field(default=50, ge=1)
    cpus: int = Field(default=32, ge=1)
    memory_gib: int = Field(default=64, ge=1)


class IngressSettings(Model):
    """How clients across the network reach the stack: ``https://<name>.<domain>``, by an Ingress or a Gateway.

    ``controllerNamespace`` is where the controller's pods run, which alone may connect to what is published.
    ``certificate`` is where TLS comes from: cert-manager's ClusterIssuer ``issuer``, the Secret ``secretName`` in
    ``secretNamespace``, or an authority of the stack's own, for development. ``listenerPort`` is the port of the
    Gateway's listener, which some controllers want to be that of their own. ``annotations`` are for every Ingress, or
    the Gateway.
    """

    domain: Domain
    kind: Literal["ingress", "gateway"] = "ingress"
    class_name: DnsName | None = Field(default=None, validate_default=True)
    controller_namespace: DnsName
    certificate: Literal["cert-manager", "secret", "self-signed"] = "self-signed"
    issuer: DnsName | None = Field(default=None, validate_default=True)
    secret_name: DnsName | None = Field(default=None, validate_default=True)
    secret_namespace: DnsName | None = Field(default=None, validate_default=True)
    listener_port: int = Field(default=443, ge=1, le=65535)
    annotations: dict[str, str] = Field(default={})

    def host(self, name: str) -> str:
        """Return the host of what the edge calls ``name``: one label below the domain, so that a wildcard covers it."""
        return f"{name}.{self.domain}"

    @field_validator("class_name")
    @classmethod
    def _gateway_has_a_class(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("kind") == "gateway":
            raise ValueError("the name of a GatewayClass, because kind is gateway")
        return value

    @field_validator("issuer", "secret_name", "secret_namespace")
    @classmethod
    def _fits_the_certificate(cls, value: str | None, info: ValidationInfo) -> str | None:
        # Not there when the certificate itself is faulty, which is told already.
        if (certificate := info.data.get("certificate")) is None:
            return value
        needed_by, meaning = _NEEDED[info.field_name or ""]
        if value is None and certificate == needed_by:
            raise ValueError(f"{meaning}, because certificate is {certificate}")
        if value is not None and certificate != needed_by:
            raise ValueError(f"nothing, because certificate is {certificate}; it belongs to {needed_by}")
        return value


class KubernetesSettings(Model):
    """The cluster and what it expects of pods.

    ``storageSize`` is per replica of the metrics store; services without data scale between the two ``…Replicas``.
    """

    context: str | None = None
    kubeconfig: str | None = None
    storage_class: DnsName | None = None
    storage_size: Quantity = "10Gi"
    minimum_replicas: int = Field(default=2, ge=1, le=100)
    maximum_replicas: int = Field(default=6, ge=1, le=100)
    store_replicas: int = Field(default=2, ge=1, le=5)
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    tolerations: list[Toleration] = Field(default=[])
    image_pull_secrets: list[DnsName] = Field(default=[])
    priority_classes: PriorityClasses = PriorityClasses()
    zone_quota: ZoneQuota = ZoneQuota()
    labels: dict[OwnLabelKey, LabelValue] = Field(default={})
    annotations: dict[AnnotationKey, str] = Field(default={})
    # The API server's addresses as Prometheus reaches them; a cluster's administrator can narrow them.
    api_server_cidrs: list[Cidr] = Field(default=["0.0.0.0/0"])
    ingress: IngressSettings | None = None
    # Whether the metrics store is described to the Prometheus Operator, which the cluster then has to run.
    prometheus_operator: bool = False

    @model_validator(mode="after")
    def _replicas_are_a_range(self) -> "KubernetesSettings":
        if self.maximum_replicas < self.minimum_replicas:
            raise ValueError(
                f"maximumReplicas is {self.maximum_replicas}; wanted at least minimumReplicas ({self.minimum_replicas})"
            )
        return self
