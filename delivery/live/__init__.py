"""Check what is live: whether everything in the state exists, runs, and is as recorded.

Each provider has its reader; what has none is named as not looked at, never taken for well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from delivery.live.model import DOCKER_TYPES, Difference, UnreachableError
from delivery.recorded import ENGINE, Resource

__all__ = ["Difference", "Seen", "UnreachableError", "look"]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What differs from the state, and the packages whose resources nobody looked at."""

    differences: tuple[Difference, ...] = ()
    unseen: frozenset[str] = frozenset()

    @property
    def is_well(self) -> bool:
        """Whether everything was looked at and nothing differs."""
        return not self.differences and not self.unseen


def look(resources: Iterable[Resource], environ: Mapping[str, str]) -> Seen:
    """Compare every recorded resource with what is live; ``environ`` says where engines and clusters are.

    Raises `UnreachableError` when the engine or cluster does not answer.
    """
    live = [one for one in resources if one.custom and not one.delete and one.package != ENGINE]
    docker = tuple(one for one in live if one.type in DOCKER_TYPES)
    return Seen(
        differences=_docker(docker, environ) if docker else (),
        unseen=frozenset(one.package for one in live if one.type not in DOCKER_TYPES),
    )


def _docker(resources: tuple[Resource, ...], environ: Mapping[str, str]) -> tuple[Difference, ...]:
    from delivery.live import docker_engine  # noqa: PLC0415  its client takes 0.3 s to import

    return docker_engine.differences(resources, environ)
