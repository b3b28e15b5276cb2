"""How files reach a container whose root file system is read-only: in a volume named after their content.

The plugin cannot upload into a read-only container, not even into its volume. So a carrier container that is never
started takes the files into the volume, and the service mounts the volume read-only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components.workload import File, ImageSource
from config.digest import of, of_secret
from infra.platforms.docker.engine import Engine
from infra.platforms.docker.images import Images
from infra.platforms.docker.naming import Naming

_HASH_DIGITS = 12
_UPLOADS = "/files"


@dataclass(frozen=True, kw_only=True)
class FileVolume:
    """A filled volume; mount ``volume`` at ``folder`` once ``carrier`` exists."""

    folder: str
    volume: docker.Volume
    carrier: docker.Container


@dataclass(frozen=True, kw_only=True)
class Carriers:
    """Makes carriers for the services of one platform out of the utility image, which is never run."""

    engine: Engine
    images: Images
    utility: ImageSource

    def fill(self, zone: str, role: str, folder: str, files: Sequence[File], *, parent: pulumi.Resource) -> FileVolume:
        """Put ``files`` into a volume that is mounted at ``folder``, the folder in which all of them lie."""
        return self._carry(
            zone,
            role,
            folder,
            fingerprint=_fingerprint(self.engine.naming, zone, role, files),
            target=_UPLOADS,
            uploads=[
                docker.ContainerUploadArgs(file=f"{_UPLOADS}/{file.name}", content=file.content, permissions="0444")
                for file in files
            ],
            parent=parent,
        )

    def unpack(self, zone: str, role: str, source: str, folder: str, *, parent: pulumi.Resource) -> FileVolume:
        """Put the utility image's folder ``source`` into a volume: the engine copies it when the carrier is made."""
        fingerprint = self._utility_image.apply(lambda image: _digits(image.encode()))
        return self._carry(zone, role, folder, fingerprint=fingerprint, target=source, uploads=[], parent=parent)

    @property
    def _utility_image(self) -> pulumi.Output[str]:
        return self.images.run_as(self.utility)

    def _carry(
        self,
        zone: str,
        role: str,
        folder: str,
        *,
        fingerprint: pulumi.Output[str],
        target: str,
        uploads: Sequence[docker.ContainerUploadArgs],
        parent: pulumi.Resource,
    ) -> FileVolume:
        naming = self.engine.naming
        label = f"{zone}-{role}{folder.replace('/', '-')}"
        name = pulumi.Output.concat(naming.service(zone, role), "-", fingerprint)
        volume = docker.Volume(
            label,
            name=name,
            labels=naming.volume_labels(zone, role),
            opts=self.engine.options(parent),
        )
        carrier = self.carrier(label, name, (zone, role), volume, target, uploads=uploads, parent=parent)
        return FileVolume(folder=folder, volume=volume, carrier=carrier)

    def carrier(
        self,
        label: str,
        name: pulumi.Input[str],
        of: tuple[str, str],
        volume: docker.Volume,
        target: str,
        *,
        uploads: Sequence[docker.ContainerUploadArgs] = (),
        more: pulumi.ResourceOptions | None = None,
        parent: pulumi.Resource,
    ) -> docker.Container:
        """Make a carrier with the volume at ``target``, ``of`` a zone and a role.

        The engine copies what the image has there into an empty volume, with the owner and the mode of the folder.
        """
        return docker.Container(
            f"{label}-carrier",
            name=name,
            image=self._utility_image,
            start=False,
            must_run=False,
            network_mode="none",
            read_only=False,
            user="65534:65534",
            capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
            security_opts=["no-new-privileges"],
            memory=16,
            memory_swap=16,
            cpus="0.1",
            mounts=[docker.ContainerMountArgs(type="volume", source=volume.name, target=target)],
            uploads=list(uploads),
            labels=self.engine.naming.container_labels(*of),
            opts=self.engine.options(parent, more),
        )


def _fingerprint(naming: Naming, zone: str, role: str, files: Sequence[File]) -> pulumi.Output[str]:
    # A name cannot be secret: its digits change whenever a secret in the files does, and are no way to guess it.
    def digest(contents: list[str]) -> str:
        data = json.dumps([naming.stack, [file.name for file in files], contents]).encode()
        if any(file.sensitive for file in files):
            return of_secret(data, _HASH_DIGITS, salt=naming.service(zone, role))
        return _digits(data)

    return pulumi.Output.unsecret(pulumi.Output.all(*(file.content for file in files)).apply(digest))


def _digits(data: bytes) -> str:
    return of(data, _HASH_DIGITS)
