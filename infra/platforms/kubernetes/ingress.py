"""The edge by Ingress objects: one for each published workload, in its zone."""

import pulumi
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    HTTPIngressPathArgs,
    HTTPIngressRuleValueArgs,
    Ingress,
    IngressBackendArgs,
    IngressRuleArgs,
    IngressServiceBackendArgs,
    IngressSpecArgs,
    IngressTLSArgs,
    ServiceBackendPortArgs,
)

from components.workload import Port, Workload
from infra.platforms.kubernetes.args import EdgeArgs
from infra.platforms.kubernetes.certificates import Certificates
from infra.platforms.kubernetes.naming import Naming

# A controller answers within seconds; without one, the engine would wait ten minutes. This is an annotation instead of
# a resource option so that a stack can set another time, or pulumi.com/skipAwait for a controller that sets no address.
BOUNDED = {"pulumi.com/timeoutSeconds": "120"}
# A token or a page must never travel unencrypted. Traefik serves an Ingress on its plain port too unless told so.
_TLS_ONLY = {
    "traefik.ingress.kubernetes.io/router.tls": "true",
    "nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
}


class IngressExposure:
    """Exposes workloads by the cluster's ingress controller."""

    def __init__(self, args: EdgeArgs, naming: Naming, certificates: Certificates) -> None:
        self._args, self._naming, self._certificates = args, naming, certificates

    def open(self, zone: str, *, options: pulumi.ResourceOptions) -> None:
        """Create nothing: an Ingress needs nothing else in its zone."""
        del zone, options

    def publish(
        self, workload: Workload, port: Port, host: str, zone: str, *, options: pulumi.ResourceOptions
    ) -> pulumi.Resource:
        """Create the workload's Ingress."""
        secret = self._certificates.provide(workload.role, host, zone, options=options)
        backend = IngressBackendArgs(
            service=IngressServiceBackendArgs(name=workload.role, port=ServiceBackendPortArgs(number=port.number))
        )
        path = HTTPIngressPathArgs(path="/", path_type="Prefix", backend=backend)
        return Ingress(
            f"{zone}-{workload.role}-ingress",
            metadata=ObjectMetaArgs(
                name=workload.role,
                namespace=self._naming.namespace(zone),
                labels=self._naming.role_labels(workload.role, zone),
                annotations={
                    **BOUNDED,
                    **_TLS_ONLY,
                    **self._naming.annotations,
                    **self._args.annotations,
                    **self._args.annotations_of(workload.role, of_control_plane=zone == self._naming.control),
                },
            ),
            spec=IngressSpecArgs(
                ingress_class_name=self._args.class_name,
                tls=[IngressTLSArgs(hosts=[host], secret_name=secret)],
                rules=[IngressRuleArgs(host=host, http=HTTPIngressRuleValueArgs(paths=[path]))],
            ),
            opts=options,
        )
