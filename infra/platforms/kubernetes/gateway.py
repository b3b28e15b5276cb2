"""The edge by the Gateway API: one Gateway beside the control plane, an HTTPRoute for each published workload."""

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.workload import Port, Workload
from infra.platforms.kubernetes.args import EdgeArgs
from infra.platforms.kubernetes.certificates import Certificates
from infra.platforms.kubernetes.ingress import BOUNDED
from infra.platforms.kubernetes.naming import INSTANCE, Naming

_VERSION = "gateway.networking.k8s.io/v1"
_NAME, _LISTENER = "edge", "https"
# Both the official plugin and the stand-in wait for it, and name it when it is not met.
_PROGRAMMED = {"pulumi.com/waitFor": "condition=Programmed"}


class GatewayExposure:
    """Exposes workloads by a Gateway of the stack's own, which accepts routes from the stack's namespaces only."""

    def __init__(self, args: EdgeArgs, naming: Naming, certificates: Certificates) -> None:
        self._args, self._naming, self._certificates = args, naming, certificates

    def open(self, zone: str, *, options: pulumi.ResourceOptions) -> None:
        """Create the Gateway in the control plane's zone; its only listener uses TLS."""
        if zone != self._naming.control:
            return
        hosts = self._args.host("*")
        secret = self._certificates.provide(_NAME, hosts, zone, options=options)
        own = {"matchLabels": {INSTANCE: self._naming.zone_labels(zone)[INSTANCE]}}
        CustomResource(
            "edge-gateway",
            api_version=_VERSION,
            kind="Gateway",
            metadata=ObjectMetaArgs(
                name=_NAME,
                namespace=self._naming.namespace(zone),
                labels=self._naming.zone_labels(zone),
                annotations={**BOUNDED, **_PROGRAMMED, **self._naming.annotations, **self._args.annotations},
            ),
            spec={
                "gatewayClassName": self._args.class_name,
                "listeners": [
                    {
                        "name": _LISTENER,
                        "protocol": "HTTPS",
                        "port": self._args.listener_port,
                        "hostname": hosts,
                        "tls": {"mode": "Terminate", "certificateRefs": [{"name": secret}]},
                        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": own}},
                    }
                ],
            },
            opts=options,
        )

    def publish(
        self, workload: Workload, port: Port, host: str, zone: str, *, options: pulumi.ResourceOptions
    ) -> pulumi.Resource:
        """Create the workload's HTTPRoute, bound to the Gateway's listener by name."""
        gateway = {"name": _NAME, "namespace": self._naming.namespace(self._naming.control), "sectionName": _LISTENER}
        return CustomResource(
            f"{zone}-{workload.role}-route",
            api_version=_VERSION,
            kind="HTTPRoute",
            metadata=ObjectMetaArgs(
                name=workload.role,
                namespace=self._naming.namespace(zone),
                labels=self._naming.role_labels(workload.role, zone),
                annotations={
                    **self._naming.annotations,
                    **self._args.annotations_of(workload.role, of_control_plane=zone == self._naming.control),
                },
            ),
            spec={
                "parentRefs": [gateway],
                "hostnames": [host],
                "rules": [
                    {
                        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                        "backendRefs": [{"name": workload.role, "port": port.number}],
                    }
                ],
            },
            opts=options,
        )
