"""What a container runs as, in words that Docker and Kubernetes share, so that one policy checks both."""

from dataclasses import dataclass

from policies.reading import Maybe, Unknown


@dataclass(frozen=True, kw_only=True)
class Process:
    """A container on Docker, or one of a pod; memory and cpus say only whether there is a limit above 0.

    `label` tells the containers of a pod apart, and is empty where the resource is the container. `unconfined` names
    the settings that turn a confinement off, `modes` the namespaces that may be another's ("host", "container:…").
    """

    label: str
    image: Maybe[str]
    user: Maybe[str]
    read_only: Maybe[bool]
    privileged: Maybe[bool]
    capabilities_added: tuple[str | Unknown, ...] | Unknown
    capabilities_dropped: tuple[str | Unknown, ...] | Unknown
    no_new_privileges: Maybe[bool]
    unconfined: tuple[str, ...]
    memory: Maybe[float]
    cpus: Maybe[float]
    probe: tuple[str | Unknown, ...] | Unknown
    modes: tuple[tuple[str, Maybe[str]], ...]
    environment: tuple[str, ...]
    never_starts: bool = False
    """Whether it is a carrier on Docker: created to fill a volume with files, never started."""
    ends_by_itself: bool = False
    """Whether it ends by itself: an init container, a Job's, or an attached one on Docker; it needs no health probe."""
