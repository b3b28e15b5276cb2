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
    """Whoever has the resources does not answer; the text says who and why."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A resource that is not what the state records.

    ``replace``: reading it again tells Pulumi nothing of this difference, so that only making it anew removes it.
    """

    urn: str
    name: str
    what: str
    replace: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"
