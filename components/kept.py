"""Secrets that somebody else keeps where a workload runs, as files of its own: nothing of them is in the stack."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KubernetesSecret:
    """An entry of an existing Secret in the namespace of the workload's zone; pods wait until it exists.

    Attributes:
        name: Name of the Secret.
        key: Entry whose value the file holds.
    """

    name: str
    key: str

    @property
    def folder(self) -> str:
        """Where the files are that come from Secrets of the cluster."""
        return "/etc/planewatch-kubernetes-secrets"


@dataclass(frozen=True, kw_only=True)
class StoredSecret:
    """An existing secret of AWS Secrets Manager, on EKS.

    Attributes:
        secret: ARN or name of the secret.
        json_key: Key whose value, a text, the file holds; the whole JSON object is in a file beside it. None: the file
            holds the secret as it is.
    """

    secret: str
    json_key: str | None = None

    @property
    def folder(self) -> str:
        """Where the files are that come from Secrets Manager."""
        return "/etc/planewatch-secrets-manager"


KeptSecret = KubernetesSecret | StoredSecret


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A read-only file called ``name`` whose content somebody else keeps."""

    name: str
    secret: KeptSecret

    @property
    def path(self) -> str:
        """Where the service finds it."""
        return f"{self.secret.folder}/{self.name}"
