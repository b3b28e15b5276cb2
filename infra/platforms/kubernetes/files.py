"""Files on Kubernetes: a ConfigMap or a Secret per folder, and a checksum that rolls the pods when they change."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

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

from components.workload import File
from infra.platforms.kubernetes.naming import Naming

# 0440 with the pod's own group: readable for the service, for nobody else.
_MODE = 0o440
_DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class MountedFiles:
    """A folder of files in a pod, and a digest of their contents."""

    volume: VolumeArgs
    mount: VolumeMountArgs
    digest: pulumi.Output[str]


def mount(
    folder: str, files: Sequence[File], role: str, zone: str, naming: Naming, *, options: pulumi.ResourceOptions
) -> MountedFiles:
    """Put ``files``, which all lie in ``folder``, on the cluster; a folder with a secret file is a Secret."""
    slug = folder.strip("/").replace("/", "-").replace(".", "-")
    name = f"{role}-{slug}"
    metadata = ObjectMetaArgs(
        name=name,
        namespace=naming.namespace(zone),
        labels=naming.role_labels(role, zone),
        annotations=dict(naming.annotations),
    )
    data = {file.name: file.content for file in files}
    if any(file.sensitive for file in files):
        Secret(f"{zone}-{name}", metadata=metadata, string_data=data, opts=options)
        volume = VolumeArgs(name=slug, secret=SecretVolumeSourceArgs(secret_name=name, default_mode=_MODE))
    else:
        ConfigMap(f"{zone}-{name}", metadata=metadata, data=data, opts=options)
        volume = VolumeArgs(name=slug, config_map=ConfigMapVolumeSourceArgs(name=name, default_mode=_MODE))
    return MountedFiles(
        volume=volume,
        mount=VolumeMountArgs(name=slug, mount_path=folder, read_only=True),
        digest=_digest([file for file in files if not file.reloads]),
    )


def checksum(mounted: Sequence[MountedFiles]) -> pulumi.Output[str]:
    """Return one digest over everything that a pod is restarted for."""
    return pulumi.Output.all(*(entry.digest for entry in mounted)).apply(
        lambda digests: hashlib.sha256("".join(digests).encode()).hexdigest()[:_DIGITS]
    )


def _digest(files: Sequence[File]) -> pulumi.Output[str]:
    # A digest tells nothing of a secret, and as a secret it would hide the whole pod template from every preview.
    def digest(contents: list[str]) -> str:
        return hashlib.sha256(json.dumps(contents).encode()).hexdigest()[:_DIGITS]

    return pulumi.Output.unsecret(pulumi.Output.all(*(file.content for file in files)).apply(digest))
