"""A look at what is live: whether everything that the state records is there, running, and as recorded.

Each provider has its reader; what has none is named as not looked at, never taken for well.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from delivery.live.model import Difference, UnreachableError
from delivery.recorded import ENGINE, Resource

__all__ = ["Difference", "Seen", "UnreachableError", "look"]

Reader = Callable[[tuple[Resource, ...], Mapping[str, str]], tuple[Difference, ...]]


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

    Raises `UnreachableError` when whoever has the resources does not answer.
    """
    packages: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.custom and not resource.delete and resource.package != ENGINE:
            packages.setdefault(resource.package, []).append(resource)
    readers = {package: _reader(package) for package in packages}
    return Seen(
        differences=tuple(
            difference
            for package, reader in readers.items()
            if reader
            for difference in reader(tuple(packages[package]), environ)
        ),
        unseen=frozenset(package for package, reader in readers.items() if reader is None),
    )


def _reader(package: str) -> Reader | None:
    if package == "docker":
        from delivery.live import docker_engine  # noqa: PLC0415  its client takes 0.3 s to import

        return docker_engine.differences
    return None
