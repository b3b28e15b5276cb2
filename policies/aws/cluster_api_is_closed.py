"""A cluster's API answers inside the network and to named addresses, and admits whom access entries name."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.address_ranges import is_world
from policies.aws_views import CLUSTER
from policies.judging import Findings, resource_policy
from policies.reading import Record, Unknown, has_unknown, known


def judge(args: ResourceValidationArgs) -> Findings:
    """Look at the endpoints, at who reaches the public one, and at what says who may do what."""
    bag = Record(args.props)
    network = bag.record("vpcConfig")
    if not isinstance(network, Unknown):
        yield from _reach(network or Record({}))
    access = bag.record("accessConfig")
    mode = access if isinstance(access, Unknown) else access.text("authenticationMode") if access else None
    if not isinstance(mode, Unknown) and mode != "API":
        yield f"authenticationMode is {mode or 'not set'}, so the ConfigMap aws-auth decides, which no log of AWS shows"


def _reach(network: Record) -> Iterator[str]:
    private, public = network.flag("endpointPrivateAccess"), network.flag("endpointPublicAccess")
    if private in (False, None):
        yield "has no private endpoint, so nodes reach their API from outside"
    # AWS opens the public endpoint, and to everybody, unless told otherwise.
    if public is False or isinstance(public, Unknown):
        return
    cidrs = network.texts("publicAccessCidrs")
    if not known(cidrs) and not has_unknown(cidrs):
        yield "its public endpoint answers everybody: publicAccessCidrs is not set"
    for cidr in known(cidrs):
        if is_world(cidr):
            yield f"its public endpoint answers everybody: {cidr}"


POLICY = resource_policy(
    name="cluster-api-is-closed",
    description="A cluster's API answers inside the network and to named addresses, and admits by access entries.",
    remedy="leave the public endpoint off, or name narrow ranges (cluster.publicAccessCidrs); authenticationMode API",
    types=(CLUSTER,),
    judge=judge,
    severity=Severity.CRITICAL,
)
