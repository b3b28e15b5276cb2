"""Containers, networks and objects on a cluster say in labels and name which stack, plane and role they belong to.

Judged by inputs, not with the other zone rules by outputs: labels that are not set are unknown in the outputs of a
preview, because the engine could inherit some from the image.
"""

from pulumi_policy import ResourceValidationArgs

from policies.cluster_views import NAMESPACE, POLICY_SWITCH
from policies.docker_views import CONTAINER, NETWORK, container
from policies.identity import (
    INSTANCE_LABEL,
    LABEL_STACK,
    PART_LABEL,
    SCRAPE_SUFFIX,
    ZONE_LABEL,
    identity_of,
    stack_of,
)
from policies.kubernetes_views import KUBERNETES
from policies.reading import Record, Unknown
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require the labels, and the name or namespace that follows from them; the zone rules rest on both."""
    if args.resource_type.startswith(KUBERNETES):
        yield from _check_object(args)
    else:
        yield from _check_docker(args)


def _check_docker(args: ResourceValidationArgs) -> Findings:
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


def _check_object(args: ResourceValidationArgs) -> Findings:
    """Require the labels of stack and zone, and a namespace of that stack; a namespace itself is named for its zone."""
    metadata = Record(args.props).record("metadata")
    if not isinstance(metadata, Record):
        return
    labels = metadata.record("labels")
    if isinstance(labels, Unknown):
        return
    found = {key: labels.text(key) if labels else None for key in (PART_LABEL, INSTANCE_LABEL, ZONE_LABEL)}
    if missing := [key for key, value in found.items() if value in (None, "")]:
        yield f"lacks the labels {', '.join(missing)}"
        return
    stack, instance, zone = stack_of(args.urn), found[INSTANCE_LABEL], found[ZONE_LABEL]
    if isinstance(instance, str) and instance != f"planewatch-{stack}":
        yield f"label {INSTANCE_LABEL} is '{instance}' in stack '{stack}'"
    name, namespace = metadata.text("name"), metadata.text("namespace")
    if args.resource_type == NAMESPACE:
        if isinstance(name, str) and isinstance(zone, str) and name != f"planewatch-{stack}-{zone}":
            yield f"is named '{name}', not 'planewatch-{stack}-{zone}'"
    elif (args.resource_type, namespace, name) == POLICY_SWITCH:
        return
    elif isinstance(namespace, str) and not namespace.startswith(f"planewatch-{stack}-"):
        yield f"is in namespace '{namespace}', which is not the stack's"


POLICY = resource_policy(
    name="resource-carries-identity",
    description="Containers, networks and objects on a cluster carry the labels of their stack and plane, and a name "
    "made from them.",
    remedy="create it through the platform (infra/platforms/), which sets labels and names",
    types=(CONTAINER, NETWORK, KUBERNETES),
    check=check,
)
