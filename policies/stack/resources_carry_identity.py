"""Containers and networks say in labels and name which stack, plane and role they belong to."""

from collections.abc import Iterator

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
        expected = _expected_names(resource)
        if resource.name not in expected and not _is_carrier_of(resource, expected):
            yield resource, f"is named '{resource.name}', not {' or '.join(repr(name) for name in expected)}"


def _missing(identity: Identity) -> list[str]:
    values = {LABEL_STACK: identity.stack, LABEL_PLANE: identity.plane, LABEL_ROLE: identity.role}
    return [label for label, value in values.items() if not value]


def _expected_names(resource: Network | Member) -> tuple[str, ...]:
    zone = f"planewatch-{resource.identity.stack}-{resource.identity.plane}"
    if isinstance(resource, Network):
        return zone, zone + SCRAPE_SUFFIX
    return (f"{zone}-{resource.identity.role}",)


def _is_carrier_of(resource: Network | Member, expected: tuple[str, ...]) -> bool:
    """Carriers add the content hash of what they carry to the name of the service they serve."""
    return isinstance(resource, Member) and resource.never_starts and resource.name.startswith(f"{expected[0]}-")


POLICY = stack_policy(
    name="resources-carry-identity",
    description="Containers and networks carry the labels of their stack, plane and role, and a name made of them.",
    remedy="create it through the Docker platform (infra/platforms/docker.py), which sets labels and names",
    judge=judge,
)
