"""A cluster's API is reachable from its network and from named addresses only, and admits by access entries."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.address_ranges import is_world
from policies.aws_views import CLUSTER
from policies.reading import Record, Unknown, has_unknown, known
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Check the endpoints, who reaches the public one, and how access is granted."""
    bag = Record(args.props)
    network = bag.record("vpcConfig")
    if not isinstance(network, Unknown):
        yield from _reach(network or Record({}))
    access = bag.record("accessConfig")
    mode = access if isinstance(access, Unknown) else access.text("authenticationMode") if access else None
    if not isinstance(mode, Unknown) and mode != "API":
        yield f"authenticationMode is {mode or 'not set'}, so the ConfigMap aws-auth decides, which AWS does not log"


def _reach(network: Record) -> Iterator[str]:
    private, public = network.flag("endpointPrivateAccess"), network.flag("endpointPublicAccess")
    if private in (False, None):
        yield "has no private endpoint, so nodes reach the API over the internet"
    # AWS opens the public endpoint, and to everybody, unless told otherwise.
    if public is False or isinstance(public, Unknown):
        return
    cidrs = network.texts("publicAccessCidrs")
    if not known(cidrs) and not has_unknown(cidrs):
        yield "its public endpoint is open to the internet: publicAccessCidrs is not set"
    for cidr in known(cidrs):
        if is_world(cidr):
            yield f"its public endpoint is open to the internet: {cidr}"


POLICY = resource_policy(
    name="cluster-api-is-closed",
    description="A cluster's API is reachable from its network and from named addresses only, and admits by access "
    "entries.",
    remedy="leave the public endpoint off, or list narrow ranges (cluster.publicAccessCidrs); authenticationMode API",
    types=(CLUSTER,),
    check=check,
    severity=Severity.CRITICAL,
)
