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
_PACKAGE = "kubernetes"
# A type of the Kubernetes package names an API group and a kind; these groups and endings are no objects of a cluster.
_NO_OBJECTS = ("helm.sh", "yaml", "kustomize")
_NO_KINDS = ("List", "Patch")


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


@dataclass(frozen=True)
class Kind:
    """A kind of object on a cluster: an API group with its version (``apps/v1``, ``v1``) and a ``name``."""

    api_version: str
    name: str

    @classmethod
    def of(cls, type_: str) -> "Kind | None":
        """Return the kind of a resource's type (``kubernetes:apps/v1:Deployment``); None if it is no object."""
        package, _, rest = type_.partition(":")
        api_version, _, name = rest.partition(":")
        group, slash, version = api_version.rpartition("/")
        if package != _PACKAGE or not slash or group in _NO_OBJECTS or name.endswith(_NO_KINDS):
            return None
        return cls(version if group == "core" else api_version, name)
