"""How clients across the network reach a stack: hosts one label below its domain, TLS only, by an Ingress or a Gateway.

What exposes a workload belongs to it and lies in its zone, so that it comes and goes with the plane.
"""

from typing import Protocol

import pulumi

from components.front import Front
from components.workload import Audience, Port, Workload
from infra.platforms.kubernetes import certificates, flows
from infra.platforms.kubernetes.args import EdgeArgs
from infra.platforms.kubernetes.gateway import GatewayExposure
from infra.platforms.kubernetes.ingress import IngressExposure
from infra.platforms.kubernetes.naming import Naming


class Exposure(Protocol):
    """Exposes workloads to clients by one kind of object."""

    def open(self, zone: str, *, options: pulumi.ResourceOptions) -> None:
        """Create what a zone needs before anything in it is exposed."""

    def publish(
        self, workload: Workload, port: Port, host: str, zone: str, *, options: pulumi.ResourceOptions
    ) -> pulumi.Resource:
        """Expose the port at ``host``; return the resource that must exist before clients get through."""


class Edge:
    """The edge of one stack."""

    def __init__(self, args: EdgeArgs, naming: Naming, *, options: pulumi.ResourceOptions) -> None:
        self._args, self._naming = args, naming
        provided = certificates.choose(args, naming, options=options)
        self._exposure: Exposure = (
            IngressExposure(args, naming, provided)
            if args.kind == "ingress"
            else GatewayExposure(args, naming, provided)
        )

    def open(self, zone: str, *, options: pulumi.ResourceOptions) -> None:
        """Create what a new zone needs of the edge."""
        self._exposure.open(zone, options=options)

    def publish(
        self, workload: Workload, zone: str, *, options: pulumi.ResourceOptions
    ) -> dict[str, pulumi.Output[str]]:
        """Publish the workload's ports for the network; return port name → URL, known once it is published."""
        ports = [port for port in workload.ports if port.audience is Audience.NETWORK]
        if not ports:
            return {}
        flows.allow_edge(workload, zone, self._args.controller_namespace, self._naming, options=options)
        return {port.name: self._publish(workload, port, zone, options) for port in ports}

    def _publish(
        self, workload: Workload, port: Port, zone: str, options: pulumi.ResourceOptions
    ) -> pulumi.Output[str]:
        host = _host(port.edge_name or workload.role, zone, self._args, self._naming)
        route = self._exposure.publish(workload, port, host, zone, options=options)
        return route.urn.apply(lambda _: f"https://{host}")


def _host(called: str, zone: str, args: EdgeArgs, naming: Naming) -> str:
    # One label, so that one wildcard covers every host; the control plane's services need no plane in front.
    return args.host(called if zone == naming.control else f"{zone}-{called}")


def front(role: str, zone: str, args: EdgeArgs | None, naming: Naming) -> Front:
    """Return how people reach a workload that is published for the network; ``args`` are of its edge, None: no edge."""
    namespace = naming.namespace(zone)
    # As pods call it; the last is the cluster's domain unless its administrator chose another.
    inside = (f"{role}.{namespace}", naming.host(role, zone), f"{naming.host(role, zone)}.cluster.local")
    if args is None:
        return Front(hosts=inside)
    host = _host(role, zone, args, naming)
    return Front(hosts=(*inside, host), opened_at=f"https://{host}", has_trusted_tls=args.certificate != "self-signed")
