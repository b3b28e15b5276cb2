"""Alerts leave AWS over encrypted protocols only."""

from pulumi_policy import ResourceValidationArgs

from policies.reading import Record
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Refuse plain HTTP, as the protocol and as the address."""
    bag = Record(args.props)
    endpoint = bag.text("endpoint")
    if bag.text("protocol") == "http" or (isinstance(endpoint, str) and endpoint.startswith("http://")):
        yield "sends alerts unencrypted (http)"


POLICY = resource_policy(
    name="subscription-is-encrypted",
    description="Alerts leave AWS over encrypted protocols only.",
    remedy="subscribe with protocol https",
    types=("aws:sns/topicSubscription:TopicSubscription",),
    check=check,
)
