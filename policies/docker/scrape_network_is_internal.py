"""A scrape network is internal.

Judged by inputs: `internal` that is not set is unknown in the outputs of a preview, so the stack's own rule on scrape
networks sees it only once the network exists.
"""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.docker_views import NETWORK
from policies.identity import SCRAPE_SUFFIX
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require `internal: true` on a network with the name of a scrape network."""
    bag = Record(args.props)
    name = bag.text("name")
    if not isinstance(name, str) or not name.endswith(SCRAPE_SUFFIX):
        return
    if bag.flag("internal") in (None, False):
        yield "the scrape network is not internal, so it has a route out"


POLICY = resource_policy(
    name="scrape-network-is-internal",
    description="A scrape network is internal: it has no route to other networks.",
    remedy="set internal on the network (infra/platforms/docker/zone.py)",
    types=(NETWORK,),
    check=check,
    severity=Severity.CRITICAL,
)
