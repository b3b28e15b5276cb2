"""Files on Kubernetes: an object per folder, mounted by the pods, and a checksum that rolls them when files change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi
from pulumi_kubernetes.core.v1 import (
    ConfigMap,
    ConfigMapVolumeSourceArgs,
    Secret,
    SecretVolumeSourceArgs,
    VolumeArgs,
    VolumeMountArgs,
)
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.kept import StoredSecret
from components.workload import File, Workload
from config.digest import of, of_secret
from infra.platforms.kubernetes.naming import Naming

# 0440 with the pod's own group: readable by the service and nobody else.
MODE = 0o440
DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class MountedFiles:
    """A folder of files in a pod, and a digest of their contents."""

    volume: VolumeArgs
    mount: VolumeMountArgs
    digest: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder of files at ``path`` in a workload's pods, and the name of the object that holds it.

    ``version`` is what the version of the workload is called that has them; None: the role.
    """

    path: str
    role: str
    zone: str
    naming: Naming
    version: str | None = None

    @property
    def slug(self) -> str:
        """The path as a part of names, and the name of the volume."""
        return self.path.strip("/").replace("/", "-").replace(".", "-")

    @property
    def name(self) -> str:
        """The object's name in its namespace."""
        return f"{self.version or self.role}-{self.slug}"

    @property
    def resource(self) -> str:
        """The object's name in the stack."""
        return f"{self.zone}-{self.name}"

    @property
    def metadata(self) -> ObjectMetaArgs:
        """Metadata of the object."""
        return ObjectMetaArgs(
            name=self.name,
            namespace=self.naming.namespace(self.zone),
            labels=self.naming.role_labels(self.role, self.zone, self.version),
            annotations=dict(self.naming.annotations),
        )


@dataclass(frozen=True, kw_only=True)
class Folder(Place):
    """A workload's files of one folder."""

    files: tuple[File, ...]


class SecretFolders(Protocol):
    """Brings a folder with a sensitive file into pods."""

    def volume(self, folder: Folder, *, options: pulumi.ResourceOptions) -> VolumeArgs:
        """Create what holds the folder; return the volume, which must be named ``folder.slug``."""

    def stored(
        self, place: Place, files: Sequence[tuple[str, StoredSecret]], *, options: pulumi.ResourceOptions
    ) -> VolumeArgs:
        """Return the volume of files, by name, that Secrets Manager keeps; raises ValueError where there is none."""


class KubernetesSecrets:
    """Uses Secrets of the cluster."""

    def volume(self, folder: Folder, *, options: pulumi.ResourceOptions) -> VolumeArgs:
        """Create the Secret."""
        Secret(folder.resource, metadata=folder.metadata, string_data=_contents(folder), opts=options)
        source = SecretVolumeSourceArgs(secret_name=folder.name, default_mode=MODE)
        return VolumeArgs(name=folder.slug, secret=source)

    def stored(
        self, place: Place, files: Sequence[tuple[str, StoredSecret]], *, options: pulumi.ResourceOptions
    ) -> VolumeArgs:
        """Refuse secrets of Secrets Manager, which pods on EKS can read."""
        del options
        raise ValueError(
            f"{files[0][0]} of {place.role} must be a KubernetesSecret or a value on Kubernetes (got a StoredSecret)"
        )


def sensitive_files(workload: Workload) -> tuple[File, ...]:
    """Return the files that go with what is sensitive: a folder comes to pods as a whole."""
    folders = {file.folder for file in workload.files if file.sensitive}
    return tuple(file for file in workload.files if file.folder in folders)


def mount(folder: Folder, secrets: SecretFolders, *, options: pulumi.ResourceOptions) -> MountedFiles:
    """Put a folder on the cluster: one with a sensitive file as ``secrets`` does, any other as a ConfigMap."""
    if any(file.sensitive for file in folder.files):
        volume = secrets.volume(folder, options=options)
    else:
        ConfigMap(folder.resource, metadata=folder.metadata, data=_contents(folder), opts=options)
        source = ConfigMapVolumeSourceArgs(name=folder.name, default_mode=MODE)
        volume = VolumeArgs(name=folder.slug, config_map=source)
    return MountedFiles(
        volume=volume,
        mount=VolumeMountArgs(name=folder.slug, mount_path=folder.path, read_only=True),
        digest=_digest(folder),
    )


def checksum(mounted: Sequence[MountedFiles]) -> pulumi.Output[str]:
    """Return one digest of all files whose change must restart the pods."""
    return pulumi.Output.all(*(entry.digest for entry in mounted)).apply(
        lambda digests: of("".join(digests).encode(), DIGITS)
    )


def _contents(folder: Folder) -> dict[str, pulumi.Input[str]]:
    return {file.name: file.content for file in folder.files}


def _digest(folder: Folder) -> pulumi.Output[str]:
    files = [file for file in folder.files if not file.reloads]

    # A digest is no way to guess a secret; marked as one, it would hide the whole pod template from every preview.
    def digest(contents: list[str]) -> str:
        data = json.dumps(contents).encode()
        if any(file.sensitive for file in files):
            return of_secret(data, DIGITS, salt=f"{folder.naming.namespace(folder.zone)}/{folder.role}")
        return of(data, DIGITS)

    return pulumi.Output.unsecret(pulumi.Output.all(*(file.content for file in files)).apply(digest))
