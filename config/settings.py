"""The settings of a stack: a frozen, validated model that knows neither Pulumi nor where the text came from."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    model_validator,
)
from pydantic.alias_generators import to_camel

from config import engine_names, patterns, secret_files, versions, volumes
from config.alert_settings import AlertSettings
from config.aws.metrics import LEAST_INTERVAL_S, MetricsSettings
from config.aws.settings import AwsSettings
from config.console import ConsoleSettings
from config.docker import DockerSettings
from config.image_overrides import ImageName, ImageOverride
from config.kubernetes import KubernetesSettings
from config.model import Model, excluding, unit
from config.more_ports import refuse_one_variable_for_two
from config.platforms import FACTS, PlatformFacts, PlatformName
from config.ports import PublishedPort, port_clashes
from config.quantities import Retention, Size, bytes_of
from config.resources import ControlPlaneResources, DataPlaneResources, Limited
from config.workloads import ShortLabel, WorkloadName, WorkloadSettings

CONTROL_ZONE = "control"
# What the edge calls the port for telemetry of a remote plane: https://<plane>-otlp.<domain>.
OTLP_EDGE = "otlp"
# AWS holds a role's inline policies to 10,240 characters (quota "Role policy size" of IAM, not adjustable), and an ARN
# of a workspace takes up to 99 of them.
MOST_WORKSPACES = 100


def _not_control(name: str) -> str:
    if name == CONTROL_ZONE:
        raise ValueError(f'not be "{CONTROL_ZONE}", the name of the control plane')
    return name


PlaneName = Annotated[ShortLabel, AfterValidator(_not_control), excluding(f"^{CONTROL_ZONE}$", f"not `{CONTROL_ZONE}`")]


class DataPlaneSettings(Model):
    """One environment or line of business. Its name, the key in the stack file, is its `data_plane_id`."""

    environment: str | None = Field(default=None, pattern=patterns.DNS_LABEL, max_length=63)
    """Label `environment` on everything that the plane sends. Without it the plane's name."""
    api_port: PublishedPort
    """Port of the host for the plane's first workload."""
    otlp_http_port: PublishedPort
    """Port of the host for OTLP over HTTP."""
    access: Literal["local", "remote"] = "local"
    """Who may send telemetry: the plane's own workloads only, or also clients anywhere that have its token."""
    silence: Literal["alert", "normal"] = "alert"
    """What happens when the plane's applications send nothing for a minute. With `alert` DataPlaneDown fires; `normal`
    is for planes that may be idle, at night for example. If the collector is gone, DataPlaneDown fires either way."""
    workloads: dict[WorkloadName, WorkloadSettings] = Field(default={"api": WorkloadSettings()}, min_length=1)
    """Services of the plane by role; the first one is published at `apiPort`. By default the sample API alone."""
    resources: DataPlaneResources = DataPlaneResources()
    """What its collectors may use; workloads say so themselves."""

    @model_validator(mode="after")
    def _versions_are_distinct(self) -> "DataPlaneSettings":
        versions.require_distinct(self.workloads)
        volumes.require_distinct({role: said.volumes for role, said in self.workloads.items()}, "workloads")
        return self

    @model_validator(mode="after")
    def _callers_are_workloads(self) -> "DataPlaneSettings":
        for role, said in self.workloads.items():
            if unknown := [caller for caller in said.callers if caller == role or caller not in self.workloads]:
                others = ", ".join(name for name in self.workloads if name != role) or "of which there are none"
                raise ValueError(
                    f"workloads.{role}.callers must name other workloads of the plane: {others}"
                    f" (got {', '.join(unknown)})"
                )
        refuse_one_variable_for_two(self.workloads)
        return self


_LONGEST_INTERVAL_S = 20


class ControlPlaneSettings(Model):
    """The control plane. Its ports are of the host: published on Docker, forwarded by `access` elsewhere."""

    console_port: PublishedPort = 8080
    """Port of the host for the console."""
    prometheus_port: PublishedPort = 9090
    """Port of the host for the Prometheus query API."""
    alertmanager_port: PublishedPort = 9093
    """Port of the host for Alertmanager."""
    console: ConsoleSettings = ConsoleSettings()
    """Who may reach the console, which has no login of its own. If other machines can, by an edge of the cluster or a
    `docker.bindAddress` that is not loopback, `authentication` or `unauthenticated: true` is required."""
    retention: Retention = "15d"
    """How long metrics are kept; on EKS `aws.metrics.retentionDays` says so instead."""
    retention_size: Size | None = None
    """How much disk the stored metrics may take. Without it only `retention` bounds them."""
    scrape_interval_seconds: Annotated[int, unit("seconds")] = Field(default=10, ge=1, le=LEAST_INTERVAL_S)
    """Time between two scrapes of a target: at most 20, since rules look at windows of 60 s that must hold three
    scrapes; exactly 30 with AWS's managed collector (`aws.metrics.collection: scraper`)."""
    resources: ControlPlaneResources = ControlPlaneResources()
    """What its services may use."""


def _limits(name: str, plane: DataPlaneSettings) -> Iterator[tuple[str, Limited | WorkloadSettings]]:
    yield f"dataPlanes.{name}.resources.collector", plane.resources.collector
    for role, said in plane.workloads.items():
        yield f"dataPlanes.{name}.workloads.{role}", said


class StackSettings(Model):
    """Everything that one stack says."""

    platform: PlatformName = "docker"
    """Where the stack runs: this machine's Docker engine, a Kubernetes cluster, or AWS EKS."""
    release: str = Field(default="dev", pattern=patterns.RELEASE, max_length=63)
    """Name of the release, which every service reports; in quotes."""
    control_plane: ControlPlaneSettings = ControlPlaneSettings()
    """Ports, retention and scrape interval of the control plane."""
    data_planes: dict[PlaneName, DataPlaneSettings] = Field(min_length=1)
    """Data planes by name."""
    alerts: AlertSettings = AlertSettings()
    """Thresholds of the alerts, and where their webhook is."""
    docker: DockerSettings = DockerSettings()
    """Docker networking; for the platform `docker`."""
    kubernetes: KubernetesSettings = KubernetesSettings()
    """The cluster and what it expects of pods; for the platforms `kubernetes` and `eks`."""
    aws: AwsSettings | None = None
    """The AWS account and what the stack creates in it; required with `platform: eks`."""
    images: dict[ImageName, ImageOverride] = Field(default={})
    """Images to use in place of the catalogue's."""
    policies: Literal["advisory", "mandatory"] = "mandatory"
    """Whether a violated policy stops an update or is reported only."""
    data: Literal["keep", "delete"] = "keep"
    """What becomes of stored metrics and of workloads' `volumes` when the stack is destroyed or has them no longer: on
    Docker of its data volumes, on Kubernetes of namespaces with volume claims, on EKS of workspaces with their keys and
    logs. `make down DATA=delete` sets it for one run."""

    @model_validator(mode="after")
    def _ports_are_distinct(self) -> "StackSettings":
        if clashes := port_clashes(self.published_ports()):
            raise ValueError("; ".join(clashes))
        return self

    @model_validator(mode="after")
    def _engine_names_are_distinct(self) -> "StackSettings":
        engine_names.require_distinct({name: plane.workloads for name, plane in self.data_planes.items()})
        return self

    @model_validator(mode="after")
    def _the_scrape_interval_can_be(self) -> "StackSettings":
        interval, place = self.control_plane.scrape_interval_seconds, "planewatch:controlPlane.scrapeIntervalSeconds"
        if self._aws_metrics is not None and self._aws_metrics.collection == "scraper":
            # Two scrapes in the rules' windows of 1 m, which is what they need when none is lost.
            if interval != LEAST_INTERVAL_S:
                raise ValueError(
                    f"{place} must be {LEAST_INTERVAL_S} with planewatch:aws.metrics.collection: scraper, the shortest"
                    f" interval of AWS's managed collector (got {interval}); or set collection: agents"
                )
        elif interval > _LONGEST_INTERVAL_S:
            raise ValueError(
                f"{place} must be ≤ {_LONGEST_INTERVAL_S}, since rules look at windows of 60 s that must hold three"
                f" scrapes (got {interval})"
            )
        return self

    @model_validator(mode="after")
    def _stored_metrics_fit_their_volume(self) -> "StackSettings":
        size, volume = self.control_plane.retention_size, self.kubernetes.storage_size
        if self._facts.claims_storage and size is not None and bytes_of(size) >= bytes_of(volume):
            raise ValueError(
                "planewatch:controlPlane.retentionSize must be < planewatch:kubernetes.storageSize, which is"
                f" {volume}: the volume would be full before anything is dropped (got {size})"
            )
        return self

    @model_validator(mode="after")
    def _one_role_can_ask_every_workspace(self) -> "StackSettings":
        apart = self._aws_metrics is not None and self._aws_metrics.isolation == "workspace"
        if apart and len(self.data_planes) > MOST_WORKSPACES:
            raise ValueError(
                f"planewatch:dataPlanes must have ≤ {MOST_WORKSPACES} entries with planewatch:aws.metrics.isolation:"
                f" workspace, since the console's role can name no more workspaces (got {len(self.data_planes)}); set"
                " isolation: shared, or move planes to another stack"
            )
        return self

    @model_validator(mode="after")
    def _remote_planes_have_an_edge(self) -> "StackSettings":
        # Docker publishes ports of its host; a cluster lets nobody in but by an edge.
        if self._facts.in_cluster and not self.has_edge and self.remote_planes:
            raise ValueError(
                f"planewatch:kubernetes.ingress is required for planes with access: remote "
                f"({', '.join(self.remote_planes)}); add it, or set access: local"
            )
        return self

    @model_validator(mode="after")
    def _the_platform_keeps_what_files_come_from(self) -> "StackSettings":
        region = self.aws.region if self._facts.on_aws and self.aws is not None else None
        faults = [
            f"planewatch:dataPlanes.{name}.workloads.{role}.secretFiles.{variable} {fault}"
            for name, role, said in self._workloads()
            for variable, fault in secret_files.faults(said.secret_files, self._facts, region)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @model_validator(mode="after")
    def _edge_names_are_distinct(self) -> "StackSettings":
        places = [
            (f"{name}-{role}", f"{what} of plane {name}")
            for name, plane in self.data_planes.items()
            for role, what in (
                (next(iter(plane.workloads)), "the first workload"),
                *(((OTLP_EDGE, "OTLP"),) if plane.access == "remote" else ()),
            )
        ]
        owners: dict[str, str] = {}
        for edge, place in places:
            if (other := owners.setdefault(edge, place)) is not place:
                raise ValueError(f"{other} and {place} would both be published as {edge}; rename one")
        return self

    @property
    def has_edge(self) -> bool:
        """Whether clients across the network come by an edge, which tells whom it speaks for; Docker has none."""
        return self._facts.in_cluster and self.kubernetes.ingress is not None

    @property
    def _facts(self) -> PlatformFacts:
        return FACTS[self.platform]

    @property
    def _aws_metrics(self) -> MetricsSettings | None:
        return self.aws.metrics if self._facts.on_aws and self.aws is not None else None

    @property
    def remote_planes(self) -> tuple[str, ...]:
        """The planes whose collectors take telemetry from clients anywhere."""
        return tuple(name for name, plane in self.data_planes.items() if plane.access == "remote")

    @property
    def has_secret_files(self) -> bool:
        """Whether a collector or a workload gets a file that Secrets Manager keeps where the platform has it."""
        return bool(self.remote_planes) or self.secret_files > 0 or self.kept_secrets > 0

    @property
    def secret_files(self) -> int:
        """How many files workloads get in all from secrets of the stack file."""
        return sum(len(secret_files.of_stack(said.secret_files)) for _, _, said in self._workloads())

    @property
    def kept_secrets(self) -> int:
        """How many files workloads get in all from existing secrets of Secrets Manager."""
        return sum(len(secret_files.of_secrets_manager(said.secret_files)) for _, _, said in self._workloads())

    def _workloads(self) -> Iterator[tuple[str, str, WorkloadSettings]]:
        """Yield (plane, role, settings) of every workload."""
        for name, plane in self.data_planes.items():
            yield from ((name, role, said) for role, said in plane.workloads.items())

    @property
    def has_volumes(self) -> bool:
        """Whether a workload of a plane has data."""
        return any(said.volumes for _, _, said in self._workloads())

    def limits(self) -> tuple[tuple[str, Limited | WorkloadSettings], ...]:
        """Return (place in the stack file, limits) of every service, the stack's own too."""
        own = self.control_plane.resources
        return (
            *((f"controlPlane.resources.{to_camel(name)}", getattr(own, name)) for name in type(own).model_fields),
            *(place for name, plane in sorted(self.data_planes.items()) for place in _limits(name, plane)),
        )

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
    """Return whether ``name`` fits into names of networks, containers and namespaces: a DNS label of ≤ 20."""
    return len(name) <= 20 and re.fullmatch(patterns.DNS_LABEL, name) is not None  # noqa: PLR2004  as PlaneName
