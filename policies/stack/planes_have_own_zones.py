"""Every plane lives in a zone of its own."""

from collections.abc import Iterator

from policies.topology import Member, Topology, Violation, stack_policy


def judge(topology: Topology) -> Iterator[Violation]:
    """Want each started container on networks of its own plane only, and at least on one.

    The control zone's Prometheus may also stand on scrape networks.
    """
    for member in topology.running:
        if not member.identity.plane:
            yield member, "belongs to no plane, so it has no zone"
            continue
        for name in member.networks:
            if foreign := _foreign(topology, member, name):
                yield member, foreign
        if member.complete and not member.networks:
            yield member, "is attached to no network of its plane"


def _foreign(topology: Topology, member: Member, name: str) -> str | None:
    plane = member.identity.plane
    if name == "bridge":
        return "is on the engine's shared bridge, where every container reaches it"
    network = topology.network(name)
    if network is None:
        # While networks are unknown, a name that matches none may be one of them (or the id of one).
        return f"is attached to '{name}', which is no network of this stack" if topology.complete else None
    if network.identity.plane == plane or (member.identity.is_scraper and network.is_scrape):
        return None
    owner = network.identity.plane or "no plane"
    return f"of plane '{plane}' is attached to '{name}' of plane '{owner}'"


POLICY = stack_policy(
    name="planes-have-own-zones",
    description="Every plane lives in a zone of its own: its containers are attached to its own networks only.",
    remedy="attach it to planewatch-<stack>-<plane> of its own plane (the zone that isolate() gives)",
    judge=judge,
)
