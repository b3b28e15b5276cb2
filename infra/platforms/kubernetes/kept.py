"""Files on Kubernetes that come from secrets somebody else keeps: the pods wait until those exist."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import (
    KeyToPathArgs,
    ProjectedVolumeSourceArgs,
    SecretProjectionArgs,
    VolumeArgs,
    VolumeMountArgs,
    VolumeProjectionArgs,
)

from components.kept import KeptFile, KubernetesSecret, StoredSecret
from components.workload import Workload
from config.digest import of
from infra.platforms.kubernetes.files import DIGITS, MODE, MountedFiles, Place, SecretFolders
from infra.platforms.kubernetes.naming import Naming


@dataclass(frozen=True, kw_only=True)
class KeptFolder(Place):
    """A workload's files of one folder, which one keeper has."""

    files: tuple[KeptFile, ...]


def mount_kept(
    workload: Workload, zone: str, naming: Naming, secrets: SecretFolders, *, options: pulumi.ResourceOptions
) -> Iterator[MountedFiles]:
    """Yield each folder of a workload's kept files; those of Secrets Manager come as ``secrets`` brings them.

    Raises ValueError where ``secrets`` know no Secrets Manager.
    """
    for path in workload.kept_folders:
        folder = KeptFolder(
            path=path,
            files=tuple(file for file in workload.kept if file.secret.folder == path),
            role=workload.role,
            zone=zone,
            naming=naming,
            version=workload.name,
        )
        of_cluster = [(file.name, file.secret) for file in folder.files if isinstance(file.secret, KubernetesSecret)]
        stored = [(file.name, file.secret) for file in folder.files if isinstance(file.secret, StoredSecret)]
        yield MountedFiles(
            volume=secrets.stored(folder, stored, options=options) if stored else _projected(folder, of_cluster),
            mount=VolumeMountArgs(name=folder.slug, mount_path=path, read_only=True),
            # Another reference rolls the pods; what it leads to is known to its keeper only.
            digest=pulumi.Output.from_input(of(json.dumps(list(map(repr, folder.files))).encode(), DIGITS)),
        )


def _projected(folder: KeptFolder, files: Sequence[tuple[str, KubernetesSecret]]) -> VolumeArgs:
    by_secret: dict[str, list[KeyToPathArgs]] = {}
    for name, secret in files:
        by_secret.setdefault(secret.name, []).append(KeyToPathArgs(key=secret.key, path=name))
    sources = [
        VolumeProjectionArgs(secret=SecretProjectionArgs(name=name, items=items)) for name, items in by_secret.items()
    ]
    return VolumeArgs(name=folder.slug, projected=ProjectedVolumeSourceArgs(default_mode=MODE, sources=sources))
