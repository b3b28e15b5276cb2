"""Check what is live: whether everything in the state exists, runs, and is as recorded.

Each provider has its reader; what has none is named as not looked at, never taken for well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from delivery.live.model import DOCKER_TYPES, Difference, Kind, UnreachableError
from delivery.live.scaled import without_scaled
from delivery.recorded import ENGINE, Resource

__all__ = ["Difference", "Seen", "UnreachableError", "look"]
_CLUSTER = "kubernetes"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What differs from the state, and the packages of which not everything was looked at.

    ``remarks`` say why, where a reader exists.
    """

    differences: tuple[Difference, ...] = ()
    unseen: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether everything was looked at and nothing differs."""
        return not self.differences and not self.unseen


def look(resources: Iterable[Resource], environ: Mapping[str, str]) -> Seen:
    """Compare every recorded resource with what is live; ``environ`` says where engines and clusters are.

    Raises `UnreachableError` when the engine does not answer. Of a cluster that does not answer nothing is known.
    """
    recorded = tuple(resources)
    # What the program reads of others' is not the stack's to put back.
    own = (one for one in recorded if one.custom and not one.delete and not one.external)
    live = [one for one in own if one.package != ENGINE]
    docker = tuple(one for one in live if one.type in DOCKER_TYPES)
    objects = without_scaled(one for one in live if Kind.of(one.type) is not None)
    differences = _docker(docker, environ) if docker else ()
    remarks: tuple[str, ...] = ()
    unread = {one.package for one in live if one.type not in DOCKER_TYPES and Kind.of(one.type) is None}
    if objects:
        from delivery.live import cluster  # noqa: PLC0415  its client takes 0.3 s to import

        read = cluster.read(objects, {one.urn: one for one in recorded if one.package == ENGINE}, environ)
        differences += tuple(difference for each in read for difference in each.differences)
        remarks = tuple(reason for each in read for reason in each.unseen)
    return Seen(differences=differences, unseen=frozenset(unread | ({_CLUSTER} if remarks else set())), remarks=remarks)


def _docker(resources: tuple[Resource, ...], environ: Mapping[str, str]) -> tuple[Difference, ...]:
    from delivery.live import docker_engine  # noqa: PLC0415  as above

    return docker_engine.differences(resources, environ)
