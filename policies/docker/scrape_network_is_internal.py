"""A scrape network is internal.

Judged by inputs: `internal` that is not set is unknown in the outputs of a preview, so the stack's own rule on scrape
networks sees it only after the network was made.
"""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.docker_views import NETWORK
from policies.identity import SCRAPE_SUFFIX
from policies.judging import Findings, resource_policy
from policies.reading import Record


def judge(args: ResourceValidationArgs) -> Findings:
    """Want `internal: true` on a network with the name of a scrape network."""
    bag = Record(args.props)
    name = bag.text("name")
    if not isinstance(name, str) or not name.endswith(SCRAPE_SUFFIX):
        return
    if bag.flag("internal") in (None, False):
        yield "the scrape network is not internal, so it leads outside"


POLICY = resource_policy(
    name="scrape-network-is-internal",
    description="A scrape network is internal: it leads to no other network.",
    remedy="set internal on the network (infra/platforms/docker/zone.py)",
    types=(NETWORK,),
    judge=judge,
    severity=Severity.CRITICAL,
)
