"""Names and labels of everything that a stack has on an engine."""

from dataclasses import dataclass

import pulumi_docker as docker


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Names of one stack's resources."""

    stack: str

    def zone(self, zone: str) -> str:
        """Return the name of a zone's own network."""
        return f"planewatch-{self.stack}-{zone}"

    def scrape(self, zone: str) -> str:
        """Return the name of the internal network that only the zone's collector and Prometheus share."""
        return f"{self.zone(zone)}-scrape"

    def service(self, zone: str, role: str) -> str:
        """Return the name of a service's container, which is also its host name inside."""
        return f"{self.zone(zone)}-{role}"

    def labels(self, zone: str, role: str) -> dict[str, str]:
        """Return the labels that say whose a resource is."""
        return {
            "app.kubernetes.io/managed-by": "pulumi",
            "app.kubernetes.io/part-of": "planewatch",
            "planewatch.data_plane_id": zone,
            "planewatch.role": role,
            "planewatch.stack": self.stack,
        }

    def container_labels(self, zone: str, role: str) -> list[docker.ContainerLabelArgs]:
        """Return the labels as containers take them."""
        return [docker.ContainerLabelArgs(label=k, value=v) for k, v in self.labels(zone, role).items()]

    def network_labels(self, zone: str, role: str) -> list[docker.NetworkLabelArgs]:
        """Return the labels as networks take them."""
        return [docker.NetworkLabelArgs(label=k, value=v) for k, v in self.labels(zone, role).items()]

    def volume_labels(self, zone: str, role: str) -> list[docker.VolumeLabelArgs]:
        """Return the labels as volumes take them."""
        return [docker.VolumeLabelArgs(label=k, value=v) for k, v in self.labels(zone, role).items()]
