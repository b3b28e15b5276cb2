"""What containers may use, and what a cluster reserves for them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.model import Model, unit
from config.quantities import MOST_MIB

Mebibytes = Annotated[int, unit("MiB")]
Cores = Annotated[float, unit("cores"), Field(gt=0)]


class RequestSettings(Model):
    """What a cluster reserves for each container, and measures its nodes by; Docker reserves nothing."""

    memory_mib: Mebibytes | None = Field(default=None, ge=1, le=MOST_MIB)
    """Memory, at most the limit. Without it half of the limit."""
    cpus: Cores | None = None
    """CPU, at most the limit. Without it a tenth of the limit."""


def refuse_beyond(requests: RequestSettings, memory_mib: int, cpus: float) -> None:
    """Raise ValueError when more is to be reserved than these limits."""
    for key, asked, limit in (("memoryMib", requests.memory_mib, memory_mib), ("cpus", requests.cpus, cpus)):
        if asked is not None and asked > limit:
            raise ValueError(f"requests.{key} must be ≤ {key}, which is {limit:g} (got {asked:g})")


class Limited(Model):
    """What each container of a service may use; each service has limits of its own."""

    memory_mib: Mebibytes
    """Memory limit of each container."""
    cpus: Cores
    """CPU limit of each container."""
    requests: RequestSettings = RequestSettings()
    """What a cluster reserves for each container."""

    @model_validator(mode="after")
    def _requests_are_within_limits(self) -> Self:
        refuse_beyond(self.requests, self.memory_mib, self.cpus)
        return self


class PrometheusLimits(Limited):
    """What each Prometheus may use; on EKS each agent that scrapes."""

    memory_mib: Mebibytes = Field(default=512, ge=128, le=MOST_MIB)
    """Memory limit of each container; it grows with the number of series."""
    cpus: Cores = 1.0
    """CPU limit of each container."""


class AlertmanagerLimits(Limited):
    """What each Alertmanager may use."""

    memory_mib: Mebibytes = Field(default=128, ge=64, le=MOST_MIB)
    """Memory limit of each container."""
    cpus: Cores = 0.25
    """CPU limit of each container."""


class ConsoleLimits(Limited):
    """What each console may use."""

    memory_mib: Mebibytes = Field(default=160, ge=128, le=MOST_MIB)
    """Memory limit of each container."""
    cpus: Cores = 0.5
    """CPU limit of each container."""


class ThanosQueryLimits(Limited):
    """What each Thanos Query may use, which answers queries on Kubernetes."""

    memory_mib: Mebibytes = Field(default=256, ge=64, le=MOST_MIB)
    """Memory limit of each container; it grows with what queries return."""
    cpus: Cores = 0.5
    """CPU limit of each container."""


class ThanosSidecarLimits(Limited):
    """What the sidecar of each Prometheus on Kubernetes may use, through which Thanos Query reads."""

    memory_mib: Mebibytes = Field(default=128, ge=64, le=MOST_MIB)
    """Memory limit of each container; it grows with what queries return."""
    cpus: Cores = 0.25
    """CPU limit of each container."""


class CollectorLimits(Limited):
    """What each collector of the plane may use."""

    memory_mib: Mebibytes = Field(default=256, ge=128, le=MOST_MIB)
    """Memory limit of each container; it grows with the number of series. Above 60 % of it the collector refuses what
    clients send."""
    cpus: Cores = 0.5
    """CPU limit of each container."""


class ControlPlaneResources(Model):
    """What the services of the control plane may use."""

    prometheus: PrometheusLimits = PrometheusLimits()
    """What each Prometheus may use; on EKS each agent that scrapes."""
    alertmanager: AlertmanagerLimits = AlertmanagerLimits()
    """What each Alertmanager may use; there is none on EKS."""
    console: ConsoleLimits = ConsoleLimits()
    """What each console may use."""
    thanos_query: ThanosQueryLimits = ThanosQueryLimits()
    """What each Thanos Query may use, which answers queries on Kubernetes."""
    thanos_sidecar: ThanosSidecarLimits = ThanosSidecarLimits()
    """What the sidecar of each Prometheus on Kubernetes may use, through which Thanos Query reads."""


class DataPlaneResources(Model):
    """What the services that every data plane has may use."""

    collector: CollectorLimits = CollectorLimits()
    """What each collector may use."""
