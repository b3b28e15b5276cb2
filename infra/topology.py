"""The topology: every data plane of the stack, and the one control plane that watches them."""

from dataclasses import dataclass

import pulumi

from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.platform import Platform, WatchedPlane
from config.load import Stack
from infra.images import resolve


@dataclass(frozen=True, kw_only=True)
class Topology:
    """What a stack consists of; planes are keyed by name, never by position."""

    control_plane: ControlPlane
    data_planes: dict[str, DataPlane]


def data_plane_args(stack: Stack) -> dict[str, DataPlaneArgs]:
    """Return what each data plane is made from, by name and sorted by it."""
    settings, images = stack.settings, resolve(stack.settings.images)
    return {
        name: DataPlaneArgs(
            settings=plane,
            collector_image=images.collector,
            sample_image=images.api,
            release=settings.release,
            otlp_token=stack.otlp_tokens.get(name),
        )
        for name, plane in sorted(settings.data_planes.items())
    }


def control_plane_args(stack: Stack, planes: tuple[WatchedPlane, ...]) -> ControlPlaneArgs:
    """Return what the control plane is made from, once it watches ``planes``."""
    settings, images = stack.settings, resolve(stack.settings.images)
    return ControlPlaneArgs(
        settings=settings.control_plane,
        alerts=settings.alerts,
        planes=planes,
        alertmanager_image=images.alertmanager,
        console_image=images.console,
        release=settings.release,
        stack=stack.name,
        alert_webhook_url=stack.alert_webhook_url,
    )


def build(stack: Stack, platform: Platform) -> Topology:
    """Declare everything that the stack's settings say."""
    planes = {name: DataPlane(name, args, platform=platform) for name, args in data_plane_args(stack).items()}
    watched = tuple(plane.watched for plane in planes.values())
    control_plane = ControlPlane("control", control_plane_args(stack, watched), platform=platform)
    return Topology(control_plane=control_plane, data_planes=planes)


def export(stack: Stack, platform: Platform, topology: Topology) -> None:
    """Export the outputs, which have the same keys on every platform."""
    pulumi.export("platform", platform.name)
    pulumi.export("release", stack.settings.release)
    pulumi.export("console_url", topology.control_plane.console_url)
    pulumi.export("query_url", topology.control_plane.query_url)
    pulumi.export(
        "data_planes",
        {
            name: {"api_url": plane.api_url, "otlp_http_url": plane.otlp_http_url}
            for name, plane in topology.data_planes.items()
        },
    )
    planes = topology.data_planes.values()
    pulumi.export(
        "access", {**topology.control_plane.access, **{k: v for plane in planes for k, v in plane.access.items()}}
    )
