"""Alerts leave AWS over encrypted ways only."""

from pulumi_policy import ResourceValidationArgs

from policies.judging import Findings, resource_policy
from policies.reading import Record


def judge(args: ResourceValidationArgs) -> Findings:
    """Refuse plain HTTP, as the protocol and as the address."""
    bag = Record(args.props)
    endpoint = bag.text("endpoint")
    if bag.text("protocol") == "http" or (isinstance(endpoint, str) and endpoint.startswith("http://")):
        yield "sends alerts in clear (http)"


POLICY = resource_policy(
    name="subscription-is-encrypted",
    description="Alerts leave AWS over encrypted ways only.",
    remedy="subscribe with protocol https",
    types=("aws:sns/topicSubscription:TopicSubscription",),
    judge=judge,
)
