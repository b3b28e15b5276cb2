"""The topology: every data plane of the stack, and the one control plane that watches them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pulumi

from components.application import ApplicationArgs, VersionArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.egress import Egress, to_url
from components.front import Login
from components.job import Job
from components.platform import Platform, WatchedPlane, ZoneT
from components.volume import DataVolume
from config.console import ConsoleSettings
from config.egress import EgressSettings
from config.images import AppImage, Image
from config.load import Stack
from config.packs.alerts import AlertThresholds
from config.settings import CONTROL_ZONE
from config.workloads import WorkloadSettings
from infra.images import StackImages, resolve
from infra.kept_secrets import kept_secret
from infra.limits import limited


@dataclass(frozen=True, kw_only=True)
class Topology:
    """What a stack consists of; planes are keyed by name, never by position."""

    control_plane: ControlPlane
    data_planes: Mapping[str, DataPlane[Any]]


def data_plane_args(stack: Stack) -> dict[str, DataPlaneArgs]:
    """Return what each data plane is made from, by name and sorted by it."""
    settings, images = stack.settings, resolve(stack.settings.images)
    return {
        name: DataPlaneArgs(
            applications={
                role: _application(role, workload, images, stack.secrets) for role, workload in plane.workloads.items()
            },
            api_port=plane.api_port,
            otlp_http_port=plane.otlp_http_port,
            environment=plane.environment,
            release=settings.release,
            collector_image=images.collector,
            otlp_token=stack.otlp_tokens.get(name),
            control_plane=CONTROL_ZONE,
            silence_is_normal=plane.silence == "normal",
            collector_resources=limited(plane.resources.collector),
        )
        for name, plane in sorted(settings.data_planes.items())
    }


def control_plane_args(stack: Stack, planes: tuple[WatchedPlane[ZoneT], ...]) -> ControlPlaneArgs[ZoneT]:
    """Return what the control plane is made from, once it watches ``planes``."""
    settings, images = stack.settings, resolve(stack.settings.images)
    control, alerts = settings.control_plane, settings.alerts
    return ControlPlaneArgs(
        planes=planes,
        console_image=images.console,
        console_port=control.console_port,
        prometheus_port=control.prometheus_port,
        alertmanager_port=control.alertmanager_port,
        retention=control.retention,
        retention_size=control.retention_size,
        thresholds=AlertThresholds(
            error_ratio=alerts.error_ratio,
            latency_p95_s=alerts.latency_p95_seconds,
            scrape_interval_s=control.scrape_interval_seconds,
        ),
        alertmanager_image=images.alertmanager,
        release=settings.release,
        stack=stack.name,
        proxies=1 if settings.has_edge else 0,
        login=_login(control.console),
        host_names=control.console.host_names,
        alert_webhook_url=stack.alert_webhook_url,
        alert_egress=_alert_egress(stack),
        prometheus_resources=limited(control.resources.prometheus),
        alertmanager_resources=limited(control.resources.alertmanager),
        console_resources=limited(control.resources.console),
    )


def build(stack: Stack, platform: Platform[ZoneT]) -> Topology:
    """Declare everything that the stack's settings say."""
    planes = {name: DataPlane(name, args, platform=platform) for name, args in data_plane_args(stack).items()}
    watched = tuple(plane.watched for plane in planes.values())
    control_plane = ControlPlane(CONTROL_ZONE, control_plane_args(stack, watched), platform=platform)
    return Topology(control_plane=control_plane, data_planes=planes)


def _application(
    role: str, workload: WorkloadSettings, images: StackImages, secrets: Mapping[str, pulumi.Output[str]]
) -> ApplicationArgs:
    return ApplicationArgs(
        image=_image(role, workload.image, images),
        port=workload.port,
        ports=workload.ports,
        health_path=workload.health_path,
        # The sample's own check depends on nothing.
        liveness_path=workload.liveness_path or (None if workload.image else workload.health_path),
        startup_path=workload.startup_path,
        resources=limited(workload),
        user=f"{workload.user_id}:{workload.user_id if workload.group_id is None else workload.group_id}",
        writable=tuple(workload.writable_paths),
        volumes=tuple(
            DataVolume(name=name, path=volume.path, size=volume.size)
            for name, volume in sorted(workload.volumes.items())
        ),
        environment=workload.environment_variables,
        secrets={
            variable: kept_secret(source) or secrets[str(source)] for variable, source in workload.secret_files.items()
        },
        callers=tuple(dict.fromkeys(workload.callers)),
        egress=tuple(_egress(each) for each in workload.egress),
        revision=workload.revision,
        beside={
            revision: VersionArgs(
                image=_image(role, version.image or workload.image, images), environment=version.environment_variables
            )
            for revision, version in sorted(workload.beside.items())
        },
        before=tuple(
            Job(name=job.name, command=tuple(job.command), timeout_s=job.timeout_seconds)
            for job in workload.jobs_before_start
        ),
    )


def _image(role: str, own: str | None, images: StackImages) -> Image | AppImage:
    return Image(name=role, reference=own, version=own.rpartition(":")[2]) if own else images.api


def _login(said: ConsoleSettings) -> Login | None:
    """Return what authenticates people in front of the console; None where the stack says neither what nor nothing."""
    return Login(by=said.authentication) if said.authentication or said.unauthenticated else None


def _alert_egress(stack: Stack) -> Egress | None:
    """Return where the webhook's receiver is said to be; on the URL's own port unless ports are said too."""
    said = stack.settings.alerts.egress
    if said is None or stack.alert_webhook_url is None:
        return None
    if "ports" in said.model_fields_set:
        return _egress(said)
    return replace(_egress(said), ports=to_url(stack.alert_webhook_url).ports)


def _egress(said: EgressSettings) -> Egress:
    return Egress(ports=tuple(said.ports), cidrs=tuple(said.cidrs))


def export(stack: Stack, platform: Platform[ZoneT], topology: Topology) -> None:
    """Export the outputs, which have the same keys on every platform."""
    pulumi.export("platform", platform.name)
    pulumi.export("release", stack.settings.release)
    pulumi.export("console_url", topology.control_plane.console_url)
    pulumi.export("console_access", topology.control_plane.console_access)
    pulumi.export("query_url", topology.control_plane.query_url)
    pulumi.export("query_health_url", topology.control_plane.query_health_url)
    pulumi.export(
        "data_planes",
        {
            name: {
                "api_url": plane.api_url,
                "api_health_url": plane.api_health_url,
                "otlp_http_url": plane.otlp_http_url,
            }
            for name, plane in topology.data_planes.items()
        },
    )
    pulumi.export("kubectl", platform.kubectl)
    planes = topology.data_planes.values()
    pulumi.export(
        "access", {**topology.control_plane.access, **{k: v for plane in planes for k, v in plane.access.items()}}
    )
