"""Pods mount no path of the node and listen on none of its ports."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.exemptions import PLACE
from policies.kubernetes_views import POD_OWNERS, pod
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require no `hostPath` among the volumes and no `hostPort` among the ports."""
    view = pod(args.resource_type, args.props)
    if view is None:
        return
    for path in view.host_paths:
        yield f"mounts '{path}' of the node"
    for port in view.host_ports:
        yield f"container '{port.container}': listens on port {port.number} of the node"


POLICY = resource_policy(
    name="pod-leaves-host-alone",
    description="Pods mount no path of the node and listen on none of its ports.",
    remedy=(
        "use a ConfigMap, a claim or an emptyDir; let a Service or an Ingress lead to the port; an agent of nodes needs"
        f" an entry in {PLACE}"
    ),
    types=POD_OWNERS,
    check=check,
    severity=Severity.CRITICAL,
)
