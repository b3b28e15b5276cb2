"""Services are reached from within the cluster only; outside traffic comes through an Ingress or a Gateway."""

from pulumi_policy import ResourceValidationArgs

from policies.reading import Record, Unknown, inside, known
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require the type ClusterIP (the default), and no external addresses."""
    spec = inside(Record(args.props), "spec")
    if spec is None or isinstance(spec, Unknown):
        return
    kind = spec.text("type")
    if isinstance(kind, str) and kind in ("NodePort", "LoadBalancer"):
        yield f"is of type {kind}, which opens it outside the cluster"
    if addresses := known(spec.texts("externalIPs")):
        yield f"answers on {', '.join(addresses)}"


POLICY = resource_policy(
    name="service-stays-inside",
    description="Services are reached from within the cluster only: no NodePort, no LoadBalancer, no external address.",
    remedy="leave the type out, and let an Ingress or a Gateway lead to the Service",
    types=("kubernetes:core/v1:Service",),
    check=check,
)
