"""Every plane is in a zone of its own."""

from collections.abc import Iterator

from policies.cluster_views import GIVEN, NAMESPACE, ClusterStack, ClusterViolation
from policies.identity import ZONE_LABEL
from policies.kubernetes_views import POD_OWNERS
from policies.topology import Member, Topology, Violation, stack_policy


def check(topology: Topology) -> Iterator[Violation]:
    """Require each started container on networks of its own plane only, and at least on one.

    The control zone's Prometheus may also be on scrape networks.
    """
    for member in topology.running:
        if not member.identity.plane:
            yield member, "belongs to no plane, so it has no zone"
            continue
        for name in member.networks:
            if foreign := _foreign(topology, member, name):
                yield member, foreign
        if member.complete and not member.networks:
            yield member, "is not attached to a network of its plane"


def _foreign(topology: Topology, member: Member, name: str) -> str | None:
    plane = member.identity.plane
    if name == "bridge":
        return "is on the engine's shared bridge, where every container reaches it"
    network = topology.network(name)
    if network is None:
        # While networks are unknown, a name that matches none may be one of them (or the id of one).
        return f"is attached to '{name}', which is not a network of this stack" if topology.complete else None
    if network.identity.plane == plane or (member.identity.is_scraper and network.is_scrape):
        return None
    owner = network.identity.plane or "no plane"
    return f"of plane '{plane}' is attached to '{name}' of plane '{owner}'"


def check_cluster(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Require one namespace per zone, everything in a namespace of this stack, and each pod in that of its own zone.

    A Secret that the stack file gives for the edge is somebody's own: the stack only reads it. It is known by its name
    in the program, since the state keeps it until the update after the stack file has stopped naming it.
    """
    taken: dict[str, str] = {}
    for namespace in stack.of(NAMESPACE):
        zone = namespace.labels.get(ZONE_LABEL, "")
        if zone and zone in taken:
            yield namespace, f"is zone '{zone}', as is namespace '{taken[zone]}'"
        taken[zone] = namespace.name
    for one in stack.objects:
        if one.is_policy_switch or (one.kind, one.resource_name) == GIVEN:
            continue
        if one.namespace and one.namespace not in stack.zones and stack.complete:
            yield one, f"is in '{one.namespace}', which is not a namespace of this stack"
    for owner in stack.of(*POD_OWNERS):
        place, own = stack.zones.get(owner.namespace), owner.labels.get(ZONE_LABEL, "")
        if place is not None and place != own:
            yield owner, f"of zone '{own}' runs in the namespace of zone '{place}'"


POLICY = stack_policy(
    name="planes-have-own-zones",
    description="Every plane is in a zone of its own: on its own networks only, or in its own namespace.",
    remedy="attach it to planewatch-<stack>-<plane> of its own plane (the zone that isolate() returns)",
    check=check,
    check_cluster=check_cluster,
)
