"""Network policies: a workload's declared callers may connect to it, it to where it declares, and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    IPBlockArgs,
    NetworkPolicy,
    NetworkPolicyEgressRuleArgs,
    NetworkPolicyIngressRuleArgs,
    NetworkPolicyPeerArgs,
    NetworkPolicyPortArgs,
    NetworkPolicySpecArgs,
)

from components.workload import Audience, Caller, Workload
from infra.platforms.kubernetes import outside
from infra.platforms.kubernetes.naming import NAMESPACE_LABEL, Naming
from infra.platforms.kubernetes.replacing import in_its_place

_TCP = "TCP"


def declare(workload: Workload, zone: str, naming: Naming, *, options: pulumi.ResourceOptions) -> None:
    """Allow each caller: ingress at the workload, and egress from the caller; and what leaves the workload for outside.

    The egress policy of a caller lies in the caller's namespace but belongs to this workload: a new plane brings it
    along, and nothing of the caller changes.
    """
    if workload.egress:
        _allow_egress(workload, zone, naming, options)
    if workload.callers:
        _allow_callers(workload, zone, naming, options)


def _allow_callers(workload: Workload, zone: str, naming: Naming, options: pulumi.ResourceOptions) -> None:
    pods = LabelSelectorArgs(match_labels=naming.members(workload.role))
    NetworkPolicy(
        f"{zone}-{workload.role}-callers",
        metadata=_meta(f"{workload.role}-callers", zone, workload.role, zone, naming),
        spec=NetworkPolicySpecArgs(
            pod_selector=pods,
            policy_types=["Ingress"],
            ingress=[
                NetworkPolicyIngressRuleArgs(
                    from_=[_peer(caller.role, caller.zone or zone, naming)], ports=_ports(workload, caller)
                )
                for caller in workload.callers
            ],
        ),
        opts=in_its_place(options),
    )
    for (role, where), ports in _by_caller(workload.callers, zone).items():
        NetworkPolicy(
            f"{zone}-{workload.role}-from-{where}-{role}",
            metadata=_meta(f"{role}-to-{zone}-{workload.role}", where, workload.role, zone, naming),
            spec=NetworkPolicySpecArgs(
                pod_selector=LabelSelectorArgs(match_labels=naming.members(role)),
                policy_types=["Egress"],
                egress=[
                    NetworkPolicyEgressRuleArgs(
                        to=[_peer(workload.role, zone, naming)],
                        ports=[port for caller in ports for port in _ports(workload, caller)],
                    )
                ],
            ),
            opts=in_its_place(options),
        )


def _allow_egress(workload: Workload, zone: str, naming: Naming, options: pulumi.ResourceOptions) -> None:
    NetworkPolicy(
        f"{zone}-{workload.role}-egress",
        metadata=_meta(f"{workload.role}-egress", zone, workload.role, zone, naming),
        spec=NetworkPolicySpecArgs(
            pod_selector=LabelSelectorArgs(match_labels=naming.members(workload.role)),
            policy_types=["Egress"],
            egress=[pulumi.Output.all(cidrs=each.cidrs, ports=each.ports).apply(_way_out) for each in workload.egress],
        ),
        opts=in_its_place(options),
    )


def _way_out(known: Mapping[str, Any]) -> NetworkPolicyEgressRuleArgs:
    return NetworkPolicyEgressRuleArgs(
        to=outside.networks(known["cidrs"]) if known["cidrs"] else outside.internet(),
        ports=[NetworkPolicyPortArgs(port=port, protocol=_TCP) for port in known["ports"]],
    )


@dataclass(frozen=True, kw_only=True)
class ExternalService:
    """A destination outside the cluster's pods, which no selector matches: ``cidrs`` and TCP ``ports``."""

    name: str
    cidrs: Sequence[str]
    ports: tuple[int, ...]


def api_server(cidrs: Sequence[str]) -> ExternalService:
    """Return the API server as a destination."""
    return ExternalService(name="api-server", cidrs=cidrs, ports=(443, 6443))


def allow_external_service(
    role: str, zone: str, service: ExternalService, naming: Naming, *, options: pulumi.ResourceOptions
) -> None:
    """Allow egress from a workload to a destination outside the cluster's pods."""
    NetworkPolicy(
        f"{zone}-{role}-to-{service.name}",
        metadata=_meta(f"{role}-to-{service.name}", zone, role, zone, naming),
        spec=NetworkPolicySpecArgs(
            pod_selector=LabelSelectorArgs(match_labels=naming.members(role)),
            policy_types=["Egress"],
            egress=[
                NetworkPolicyEgressRuleArgs(
                    to=outside.networks(service.cidrs),
                    ports=[NetworkPolicyPortArgs(port=port, protocol=_TCP) for port in service.ports],
                )
            ],
        ),
        opts=in_its_place(options),
    )


@dataclass(frozen=True, kw_only=True)
class ExternalClient:
    """A client outside the cluster's pods: it connects from ``cidrs``."""

    name: str
    cidrs: Sequence[pulumi.Input[str]]


def allow_external_client(
    workload: Workload,
    zone: str,
    client: ExternalClient,
    ports: Sequence[str],
    naming: Naming,
    *,
    options: pulumi.ResourceOptions,
) -> None:
    """Allow ingress from a client outside the cluster's pods to these ports of a workload.

    Pods may share its addresses; the egress policies of their zones keep them out.
    """
    NetworkPolicy(
        f"{zone}-{workload.role}-from-{client.name}",
        metadata=_meta(f"{workload.role}-from-{client.name}", zone, workload.role, zone, naming),
        spec=NetworkPolicySpecArgs(
            pod_selector=LabelSelectorArgs(match_labels=naming.members(workload.role)),
            policy_types=["Ingress"],
            ingress=[
                NetworkPolicyIngressRuleArgs(
                    from_=[NetworkPolicyPeerArgs(ip_block=IPBlockArgs(cidr=cidr)) for cidr in client.cidrs],
                    ports=[NetworkPolicyPortArgs(port=workload.port(port).number, protocol=_TCP) for port in ports],
                )
            ],
        ),
        opts=in_its_place(options),
    )


def allow_edge(
    workload: Workload, zone: str, controller_namespace: str, naming: Naming, *, options: pulumi.ResourceOptions
) -> None:
    """Allow ingress from the ingress controller to the ports that the workload publishes."""
    NetworkPolicy(
        f"{zone}-{workload.role}-edge",
        metadata=_meta(f"{workload.role}-edge", zone, workload.role, zone, naming),
        spec=NetworkPolicySpecArgs(
            pod_selector=LabelSelectorArgs(match_labels=naming.members(workload.role)),
            policy_types=["Ingress"],
            ingress=[
                NetworkPolicyIngressRuleArgs(
                    from_=[
                        NetworkPolicyPeerArgs(
                            namespace_selector=LabelSelectorArgs(match_labels={NAMESPACE_LABEL: controller_namespace})
                        )
                    ],
                    ports=[
                        NetworkPolicyPortArgs(port=port.number, protocol=_TCP)
                        for port in workload.ports
                        if port.audience is Audience.NETWORK
                    ],
                )
            ],
        ),
        opts=in_its_place(options),
    )


def _by_caller(callers: Sequence[Caller], zone: str) -> dict[tuple[str, str], list[Caller]]:
    grouped: dict[tuple[str, str], list[Caller]] = {}
    for caller in callers:
        grouped.setdefault((caller.role, caller.zone or zone), []).append(caller)
    return grouped


def _peer(role: str, zone: str, naming: Naming) -> NetworkPolicyPeerArgs:
    return NetworkPolicyPeerArgs(
        namespace_selector=LabelSelectorArgs(match_labels={NAMESPACE_LABEL: naming.namespace(zone)}),
        pod_selector=LabelSelectorArgs(match_labels=naming.members(role)),
    )


def _ports(workload: Workload, caller: Caller) -> list[NetworkPolicyPortArgs]:
    port = workload.port(caller.port)
    return [NetworkPolicyPortArgs(port=port.number, protocol=protocol) for protocol in port.protocols]


def _meta(name: str, namespace_of: str, role: str, zone: str, naming: Naming) -> ObjectMetaArgs:
    return ObjectMetaArgs(
        name=name,
        namespace=naming.namespace(namespace_of),
        labels=naming.role_labels(role, zone),
        annotations=dict(naming.annotations),
    )
