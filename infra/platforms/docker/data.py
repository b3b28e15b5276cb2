"""Data volumes on an engine: named, and kept by it for the next deployment."""

from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components.volume import DataVolume
from config.writable import TMP
from infra.platforms.docker.files import Carriers


@dataclass(frozen=True, kw_only=True)
class KeptVolume:
    """A data volume; mount it at ``path``, without what the image has there once ``carrier`` exists if it has one."""

    path: str
    volume: docker.Volume
    carrier: docker.Container | None = None

    @property
    def mount(self) -> docker.ContainerMountArgs:
        """The mount of the service that has the data."""
        options = docker.ContainerMountVolumeOptionsArgs(no_copy=True) if self.carrier else None
        return docker.ContainerMountArgs(
            type="volume", source=self.volume.name, target=self.path, volume_options=options
        )


@dataclass(frozen=True, kw_only=True)
class DataVolumes:
    """Makes the data volumes of one platform; ``keep`` says whether they outlive their workloads."""

    carriers: Carriers
    keep: bool

    def make(self, what: DataVolume, zone: str, role: str, *, parent: pulumi.Resource) -> KeptVolume:
        """Make a volume, or adopt the one that an earlier deployment kept."""
        engine = self.carriers.engine
        naming = engine.naming
        # A dot is in no role's or volume's name, so that no two have one name.
        label = f"{zone}-{role}" if what.from_image else f"{zone}-{role}.{what.name}"
        name = f"{naming.zone(zone)}-{what.name if what.from_image else f'{role}.{what.name}'}-data"
        volume = docker.Volume(
            f"{label}-data",
            name=name,
            labels=naming.volume_labels(zone, role),
            # Making one that exists gives that one back.
            opts=engine.options(parent, pulumi.ResourceOptions(retain_on_delete=self.keep)),
        )
        if what.from_image:
            return KeptVolume(path=what.path, volume=volume)
        carrier = self.carriers.carrier(
            f"{label}-data",
            name,
            (zone, role),
            volume,
            # The engine makes an empty volume root's. As a copy of this folder everybody in the container may write.
            TMP,
            more=pulumi.ResourceOptions(delete_before_replace=True),
            parent=parent,
        )
        return KeptVolume(path=what.path, volume=volume, carrier=carrier)
