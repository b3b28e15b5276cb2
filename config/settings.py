"""What a stack may say: a frozen, validated model. It knows neither Pulumi nor where the text came from."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, IPvAnyAddress, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

CONTROL_ZONE = "control"
DNS_LABEL = r"^[a-z]([a-z0-9-]*[a-z0-9])?$"

# 20 characters leave room for "planewatch-<stack>-<plane>-<role>" within the 63 of a DNS label.
PlaneName = Annotated[str, StringConstraints(pattern=DNS_LABEL, max_length=20)]
WorkloadName = Annotated[str, StringConstraints(pattern=DNS_LABEL, max_length=20)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
# As Prometheus writes durations; a plain 0 would mean its own default of 15 d, so at least one part must not be zero.
Retention = Annotated[str, StringConstraints(pattern=r"^0*[1-9][0-9]*(h|d|w|y)$")]
Size = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(MB|GB|TB)$")]
Ratio = Annotated[float, Field(ge=0, le=1)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Address = Annotated[IPvAnyAddress, BeforeValidator(str)]
ImageName = Literal["prometheus", "alertmanager", "collector", "utility", "api", "console"]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]


class Model(BaseModel):
    """Keys are camelCase as in the stack file; unknown keys and mistyped values are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, alias_generator=to_camel)


class ImageOverride(Model):
    """Another reference for an image of the catalogue, a digest to pin it by, or both."""

    reference: str | None = Field(default=None, pattern=r"^[^\s@]+$")
    digest: Digest | None = None


class WorkloadSettings(Model):
    """A service of a data plane that speaks OTLP to the plane's collector.

    Without ``image`` it is the sample API. ``memory_mib`` is in MiB, ``cpus`` in cores.
    """

    image: str | None = Field(default=None, pattern=r"^\S+$")
    port: PortNumber = 8000
    health_path: str = Field(default="/health", pattern=r"^/\S*$")
    memory_mib: int = Field(default=160, ge=16)
    cpus: float = Field(default=0.5, gt=0)
    environment_variables: dict[VariableName, str] = {}


class DataPlaneSettings(Model):
    """One environment or line of business. Its name, the key in the stack file, is its ``data_plane_id``.

    ``workloads`` is keyed by role; the first one is what ``apiPort`` publishes. Ports are of the host.
    """

    environment: str | None = Field(default=None, pattern=DNS_LABEL, max_length=63)
    api_port: PortNumber
    otlp_http_port: PortNumber
    workloads: dict[WorkloadName, WorkloadSettings] = Field(default={"api": WorkloadSettings()}, min_length=1)

    @model_validator(mode="after")
    def _roles_are_free(self) -> "DataPlaneSettings":
        if "collector" in self.workloads:
            raise ValueError('"collector" is the role of the plane\'s own collector; name the workload differently')
        return self


class ControlPlaneSettings(Model):
    """The control plane. Ports are of the host; retention as Prometheus writes it; intervals in seconds."""

    console_port: PortNumber = 8080
    prometheus_port: PortNumber = 9090
    alertmanager_port: PortNumber = 9093
    retention: Retention = "15d"
    retention_size: Size | None = None
    # Rules look at windows of 1 m, which must hold at least three scrapes.
    scrape_interval_seconds: int = Field(default=10, ge=1, le=20)


class AlertSettings(Model):
    """Limits of the alerts: a ratio of failed requests (0..1) and seconds at the 95th percentile."""

    error_ratio: Ratio = 0.05
    latency_p95_seconds: float = Field(default=1.0, gt=0)


class DockerSettings(Model):
    """Where published ports listen and which addresses the networks share out (a /28 each)."""

    bind_address: Address = Field(default="127.0.0.1", validate_default=True)
    address_pool: str = Field(default="10.128.0.0/9", pattern=r"^[0-9.]+/([89]|1[0-9]|2[0-4])$")


class StackSettings(Model):
    """Everything that one stack says."""

    platform: Literal["docker"] = "docker"
    release: str = Field(default="dev", pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=63)
    control_plane: ControlPlaneSettings = ControlPlaneSettings()
    data_planes: dict[PlaneName, DataPlaneSettings] = Field(min_length=1)
    alerts: AlertSettings = AlertSettings()
    docker: DockerSettings = DockerSettings()
    images: dict[ImageName, ImageOverride] = {}
    policies: Literal["advisory", "mandatory"] = "mandatory"
    data: Literal["keep", "delete"] = "keep"

    @model_validator(mode="after")
    def _names_are_free(self) -> "StackSettings":
        if CONTROL_ZONE in self.data_planes:
            raise ValueError(f'dataPlanes.{CONTROL_ZONE}: "{CONTROL_ZONE}" is the control plane; choose another name')
        return self

    @model_validator(mode="after")
    def _ports_are_distinct(self) -> "StackSettings":
        users: dict[int, list[str]] = {}
        for place, port in self.published_ports():
            users.setdefault(port, []).append(place)
        clashes = [f"port {port} is given to {' and '.join(who)}" for port, who in users.items() if len(who) > 1]
        if clashes:
            raise ValueError("; ".join(clashes) + "; every published port must be different")
        return self

    def published_ports(self) -> tuple[tuple[str, int], ...]:
        """Return (place in the stack file, port of the host) of everything that is published."""
        control = self.control_plane
        return (
            ("controlPlane.consolePort", control.console_port),
            ("controlPlane.prometheusPort", control.prometheus_port),
            ("controlPlane.alertmanagerPort", control.alertmanager_port),
            *(
                (f"dataPlanes.{name}.{key}", port)
                for name, plane in self.data_planes.items()
                for key, port in (("apiPort", plane.api_port), ("otlpHttpPort", plane.otlp_http_port))
            ),
        )


def is_stack_name(name: str) -> bool:
    """Tell whether ``name`` fits into the names of networks, containers and namespaces (DNS label, 20 at most)."""
    return len(name) <= 20 and re.match(DNS_LABEL, name) is not None  # noqa: PLR2004  as PlaneName
