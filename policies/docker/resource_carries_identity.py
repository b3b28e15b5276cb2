"""Containers and networks say in labels and name which stack, plane and role they belong to.

Judged by inputs, not with the other zone rules by outputs: labels that are not set are unknown in the outputs of a
preview, because the engine could inherit some from the image.
"""

from pulumi_policy import ResourceValidationArgs

from policies.docker_views import CONTAINER, NETWORK, container
from policies.identity import LABEL_STACK, SCRAPE_SUFFIX, identity_of, stack_of
from policies.judging import Findings, resource_policy
from policies.reading import Record, Unknown


def judge(args: ResourceValidationArgs) -> Findings:
    """Want the three labels, and the name that follows from them; the zone rules rest on both."""
    bag = Record(args.props)
    identity = identity_of(bag)
    if identity is None:
        return
    if identity.missing:
        yield f"lacks the labels {', '.join(identity.missing)}"
        return
    stack = stack_of(args.urn)
    if identity.stack != stack:
        yield f"label {LABEL_STACK} is '{identity.stack}' in stack '{stack}'"
    name = bag.text("name")
    if isinstance(name, Unknown):
        return
    if args.resource_type == NETWORK:
        expected = [identity.zone, identity.zone + SCRAPE_SUFFIX]
        fits = name in expected
    else:
        expected = [f"{identity.zone}-{identity.role}"]
        # Carriers add the content hash of what they carry to the name of the service they serve.
        is_carrier = container(args.props).never_starts and (name or "").startswith(f"{expected[0]}-")
        fits = name in expected or is_carrier
    if not fits:
        yield f"is named '{name or ''}', not {' or '.join(repr(choice) for choice in expected)}"


POLICY = resource_policy(
    name="resource-carries-identity",
    description="Containers and networks carry the labels of their stack, plane and role, and a name made of them.",
    remedy="create it through the Docker platform (infra/platforms/docker/), which sets labels and names",
    types=(CONTAINER, NETWORK),
    judge=judge,
)
