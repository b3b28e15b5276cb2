"""Containers and networks say in labels and name which stack, plane and role they belong to."""

from collections.abc import Iterator

from policies.reading import Unknown
from policies.topology import (
    LABEL_PLANE,
    LABEL_ROLE,
    LABEL_STACK,
    SCRAPE_SUFFIX,
    Identity,
    Member,
    Network,
    Topology,
    Violation,
    stack_policy,
)


def judge(topology: Topology) -> Iterator[Violation]:
    """Want the three labels, and the name that follows from them; the zone rules rest on both."""
    resources: list[Network | Member] = [*topology.networks, *topology.members]
    for resource in resources:
        identity = resource.identity
        missing = _missing(identity)
        if missing:
            yield resource, f"lacks the labels {', '.join(missing)}"
            continue
        if identity.stack != topology.stack:
            yield resource, f"label {LABEL_STACK} is '{identity.stack}' in stack '{topology.stack}'"
        name, expected = resource.name, _expected_names(resource)
        if isinstance(name, Unknown) or name in expected:
            continue
        # Carriers add the content hash of what they carry to the name of the service they serve.
        if not (isinstance(resource, Member) and resource.never_starts and name.startswith(f"{expected[0]}-")):
            yield resource, f"is named '{name}', not {' or '.join(repr(choice) for choice in expected)}"


def _missing(identity: Identity) -> list[str]:
    values = {LABEL_STACK: identity.stack, LABEL_PLANE: identity.plane, LABEL_ROLE: identity.role}
    return [label for label, value in values.items() if not value]


def _expected_names(resource: Network | Member) -> tuple[str, ...]:
    zone = f"planewatch-{resource.identity.stack}-{resource.identity.plane}"
    if isinstance(resource, Network):
        return zone, zone + SCRAPE_SUFFIX
    return (f"{zone}-{resource.identity.role}",)


POLICY = stack_policy(
    name="resources-carry-identity",
    description="Containers and networks carry the labels of their stack, plane and role, and a name made of them.",
    remedy="create it through the Docker platform (infra/platforms/docker.py), which sets labels and names",
    judge=judge,
)
