"""What a stack's planes call their containers and networks: two planes may not mean the same name."""

from collections.abc import Iterator, Mapping

from config import versions
from config.versions import Versioned

# On Docker a plane has these containers beside its services: they carry the collector's files.
_CARRIERS = ("collector-etc-otelcol-carrier", "collector-etc-otelcol-secrets-carrier")
# And each of its services that gets secrets has one.
_SECRETS_CARRIER = "etc-planewatch-secrets-carrier"


def require_distinct(planes: Mapping[str, Mapping[str, Versioned]]) -> None:
    """Refuse planes (name → workloads) of which two would use one name; raises ValueError."""
    # Plane "a" with role "b-c" and plane "a-b" with role "c" would both be "a-b-c" on the engine.
    containers = [
        (plane, name)
        for plane, workloads in planes.items()
        for name in (*_of_services(workloads), "collector", *_CARRIERS)
    ]
    networks = [(plane, "scrape") for plane in planes]
    owners: dict[tuple[str, str], str] = {("network", plane): plane for plane in planes}
    for kind, pairs in (("container", containers), ("network", networks)):
        for plane, name in pairs:
            other = owners.setdefault((kind, f"{plane}-{name}"), plane)
            if other != plane:
                raise ValueError(f"planes {other} and {plane} would both have a {kind} {plane}-{name}; rename one")


def _of_services(workloads: Mapping[str, Versioned]) -> Iterator[str]:
    for name in (*workloads, *(name for _, name in versions.names(workloads))):
        yield from (name, f"{name}-{_SECRETS_CARRIER}")
