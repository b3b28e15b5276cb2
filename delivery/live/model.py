"""What a look at live resources finds."""

from dataclasses import dataclass

# What the reader of Docker engines knows.
DOCKER_TYPES = frozenset(
    {
        "docker:index/container:Container",
        "docker:index/network:Network",
        "docker:index/volume:Volume",
        "docker:index/remoteImage:RemoteImage",
    }
)


class UnreachableError(Exception):
    """The engine or cluster does not answer; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A resource that is not what the state records.

    ``replace``: a refresh does not show Pulumi this difference, so that only replacing the resource removes it.
    """

    urn: str
    name: str
    what: str
    replace: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"
