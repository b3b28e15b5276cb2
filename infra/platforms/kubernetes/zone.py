"""A zone on Kubernetes: a namespace with a quota and default-deny network policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_kubernetes.core.v1 import (
    LimitRange,
    LimitRangeItemArgs,
    LimitRangeSpecArgs,
    Namespace,
    ResourceQuota,
    ResourceQuotaSpecArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    IPBlockArgs,
    NetworkPolicy,
    NetworkPolicyEgressRuleArgs,
    NetworkPolicyPeerArgs,
    NetworkPolicyPortArgs,
    NetworkPolicySpecArgs,
)

from components.platform import ZoneSpec
from infra.platforms.kubernetes.naming import DNS_LABELS, DNS_NAMESPACE, NAMESPACE_LABEL, Naming
from infra.platforms.kubernetes.replacing import in_its_place

# The limit for one container.
LARGEST_CONTAINER = {"cpu": "8", "memory": "16Gi"}


@dataclass(frozen=True, kw_only=True)
class KubernetesZone:
    """Handle of a zone: its namespace, and the guards that must exist before anything runs in it.

    ``account_annotations`` are those of the service accounts of roles that have any.
    """

    spec: ZoneSpec
    namespace: Namespace
    guards: Sequence[pulumi.Resource]
    account_annotations: Mapping[str, Mapping[str, pulumi.Input[str]]] = field(default_factory=dict)

    @property
    def name(self) -> pulumi.Output[str]:
        """The namespace's name, known once it exists."""
        return self.namespace.metadata.name.apply(str)


def make_zone(
    spec: ZoneSpec,
    quota: Mapping[str, str],
    naming: Naming,
    resolvers: Sequence[str] = (),
    *,
    namespace: pulumi.ResourceOptions,
    options: pulumi.ResourceOptions,
) -> KubernetesZone:
    """Create the namespace and its guards; ``quota`` is the ``hard`` of its ResourceQuota.

    Names are asked of the cluster's own DNS, and of ``resolvers`` (CIDRs). ``namespace`` are the options of the
    namespace itself.
    """
    labels = naming.zone_labels(spec.name)
    annotations = dict(naming.annotations)
    made = Namespace(
        f"{spec.name}-namespace",
        metadata=ObjectMetaArgs(
            name=naming.namespace(spec.name),
            annotations=annotations,
            labels={
                **labels,
                **_pod_security(spec),
                "pod-security.kubernetes.io/enforce-version": "latest",
            },
        ),
        opts=namespace,
    )
    inside = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[made]))

    def meta(name: str) -> ObjectMetaArgs:
        return ObjectMetaArgs(name=name, namespace=naming.namespace(spec.name), labels=labels, annotations=annotations)

    guards = (
        NetworkPolicy(
            f"{spec.name}-default-deny",
            metadata=meta("default-deny"),
            spec=NetworkPolicySpecArgs(pod_selector=LabelSelectorArgs(), policy_types=["Ingress", "Egress"]),
            opts=in_its_place(inside),
        ),
        NetworkPolicy(
            f"{spec.name}-dns",
            metadata=meta("to-dns"),
            spec=NetworkPolicySpecArgs(
                pod_selector=LabelSelectorArgs(),
                policy_types=["Egress"],
                egress=[
                    NetworkPolicyEgressRuleArgs(
                        to=[
                            NetworkPolicyPeerArgs(
                                namespace_selector=LabelSelectorArgs(match_labels={NAMESPACE_LABEL: DNS_NAMESPACE}),
                                pod_selector=LabelSelectorArgs(match_labels=DNS_LABELS),
                            ),
                            *(NetworkPolicyPeerArgs(ip_block=IPBlockArgs(cidr=cidr)) for cidr in resolvers),
                        ],
                        ports=[NetworkPolicyPortArgs(port=53, protocol=protocol) for protocol in ("UDP", "TCP")],
                    )
                ],
            ),
            opts=in_its_place(inside),
        ),
        ResourceQuota(f"{spec.name}-quota", metadata=meta("zone"), spec=ResourceQuotaSpecArgs(hard=quota), opts=inside),
        LimitRange(
            f"{spec.name}-limits",
            metadata=meta("zone"),
            spec=LimitRangeSpecArgs(
                limits=[
                    LimitRangeItemArgs(
                        type="Container",
                        default={"cpu": "500m", "memory": "256Mi"},
                        default_request={"cpu": "50m", "memory": "64Mi"},
                        max=LARGEST_CONTAINER,
                    )
                ]
            ),
            opts=inside,
        ),
    )
    return KubernetesZone(spec=spec, namespace=made, guards=guards)


def _pod_security(spec: ZoneSpec) -> dict[str, str]:
    """Return the levels of the namespace; what leaves the restricted one by declaration is still on the audit log."""
    lax = ("enforce", "warn") if spec.admits_host_paths else ()
    return {
        f"pod-security.kubernetes.io/{mode}": "privileged" if mode in lax else "restricted"
        for mode in ("enforce", "audit", "warn")
    }
