"""What a stack may say about the Kubernetes cluster it runs on."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config import patterns
from config.model import Model

DnsName = Annotated[str, StringConstraints(pattern=patterns.DNS_NAME, max_length=253)]
LabelValue = Annotated[str, StringConstraints(pattern=patterns.LABEL_VALUE, max_length=63)]
LabelKey = Annotated[str, StringConstraints(pattern=patterns.LABEL_KEY, max_length=316)]
Quantity = Annotated[str, StringConstraints(pattern=patterns.QUANTITY)]
Cidr = Annotated[str, StringConstraints(pattern=patterns.CIDR)]


class Toleration(Model):
    """A taint that pods of the stack put up with, as Kubernetes writes it."""

    key: str
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None


class IngressSettings(Model):
    """How people reach the stack: ``<role>.<domain>`` by an Ingress, or a Gateway's HTTPRoute.

    ``certificate`` is where TLS comes from: cert-manager with ``issuer``, a Secret in the control plane's namespace
    called ``secretName``, or a certificate that is signed by itself, for development.
    """

    domain: DnsName
    kind: Literal["ingress", "gateway"] = "ingress"
    class_name: str | None = None
    controller_namespace: DnsName
    certificate: Literal["cert-manager", "secret", "self-signed"] = "self-signed"
    issuer: str | None = None
    secret_name: DnsName | None = None


class KubernetesSettings(Model):
    """The cluster and what it expects of pods.

    ``storageSize`` is per replica of the metrics store; services without data scale between the two ``…Replicas``.
    """

    context: str | None = None
    kubeconfig: str | None = None
    storage_class: str | None = None
    storage_size: Quantity = "10Gi"
    minimum_replicas: int = Field(default=2, ge=1, le=100)
    maximum_replicas: int = Field(default=6, ge=1, le=100)
    store_replicas: int = Field(default=2, ge=1, le=5)
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    tolerations: list[Toleration] = Field(default=[])
    image_pull_secrets: list[DnsName] = Field(default=[])
    labels: dict[LabelKey, LabelValue] = Field(default={})
    annotations: dict[str, str] = Field(default={})
    # The API server's addresses as Prometheus reaches them; a cluster's administrator can narrow them.
    api_server_cidrs: list[Cidr] = Field(default=["0.0.0.0/0"])
    ingress: IngressSettings | None = None
    # Whether the metrics store is described to the Prometheus Operator, which the cluster then has to run.
    prometheus_operator: bool = False
