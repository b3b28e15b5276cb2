"""A data plane: its zone, its collector, and the applications whose telemetry it gathers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic

import pulumi

from components import roles
from components.application import ApplicationArgs, application, export_interval_s, found_by
from components.collector import LOCAL_OTLP, REMOTE_OTLP, collector
from components.instrumentation import Telemetry
from components.names import require_distinct, require_label
from components.platform import Ingest, Platform, Service, WatchedPlane, ZoneSpec, ZoneT
from components.resources import COLLECTOR, Resources
from components.revisions import versioned
from components.workload import ImageSource, Workload
from config import images, volumes


@dataclass(frozen=True, kw_only=True)
class DataPlaneArgs:
    """The applications of a data plane and how the plane is reached.

    Attributes:
        applications: The plane's applications by role; the first one is what ``api_port`` publishes.
        api_port: Port of the host on which clients reach the first application.
        otlp_http_port: Port of the host on which clients outside send OTLP over HTTP to the collector.
        environment: The label ``environment`` of all metrics; by default the plane's name.
        release: What applications report as their version.
        collector_image: The OpenTelemetry Collector to run.
        otlp_token: A secret that clients outside must send; with it they may be on any network, without it on the
            operator's machine only.
        control_plane: Name of the control plane that scrapes the collector.
        silence_is_normal: Whether the applications may send nothing for any time, without an alert.
        collector_resources: What each collector may use.
    """

    applications: Mapping[str, ApplicationArgs]
    api_port: int
    otlp_http_port: int
    environment: str | None = None
    release: str = "dev"
    collector_image: ImageSource = images.COLLECTOR
    otlp_token: pulumi.Input[str] | None = None
    control_plane: str = roles.CONTROL_PLANE
    silence_is_normal: bool = False
    collector_resources: Resources = COLLECTOR

    def __post_init__(self) -> None:
        """Refuse a plane without applications, names that meet, and callers that are none; raises ValueError."""
        if not self.applications:
            raise ValueError("applications of a data plane must be ≥ 1 (got 0)")
        require_distinct(
            (
                name
                for role, each in self.applications.items()
                for revision in (each.revision, *each.beside)
                for version in (versioned(role, revision),)
                for name in (version, *(f"{version}-{job.name}" for job in each.before))
            ),
            "applications of a data plane, their versions and jobs",
        )
        volumes.require_distinct(
            {role: [volume.name for volume in each.volumes] for role, each in self.applications.items()},
            "applications",
        )
        for role, each in self.applications.items():
            if unknown := [caller for caller in each.callers if caller not in self.applications]:
                raise ValueError(
                    f"callers of {role} must be applications of the plane: {', '.join(self.applications)}"
                    f" (got {', '.join(unknown)})"
                )


class DataPlane(pulumi.ComponentResource, Generic[ZoneT]):
    """An isolated environment: applications, and the collector that gathers their metrics.

    The component's name is the label ``data_plane_id`` of all metrics, and what the names of its resources begin with.
    Raises ValueError for a name that is no DNS label of at most 20 characters.

    Attributes:
        zone: Where the plane's services run; nothing of another zone reaches them but what is declared.
        ingest: How the plane's metrics get into a store.
        collector: The running collector.
        services: The running applications, in the order of ``applications``.
        api_url: Where clients outside reach the first application.
        api_health_url: What answers 2xx or 3xx while that application is healthy.
        otlp_http_url: Where clients outside send OTLP over HTTP.
        access: Commands that open a way to what answers inside a cluster only, by name.
    """

    zone: ZoneT
    ingest: Ingest
    collector: Service
    services: tuple[Service, ...]
    api_url: pulumi.Output[str]
    api_health_url: pulumi.Output[str]
    otlp_http_url: pulumi.Output[str]
    access: dict[str, str]

    def __init__(
        self, name: str, args: DataPlaneArgs, *, platform: Platform[ZoneT], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        require_label(name, "name of a data plane")
        super().__init__("planewatch:components:DataPlane", name, None, opts)
        if args.otlp_token is not None:
            args = replace(args, otlp_token=pulumi.Output.secret(args.otlp_token))
        spec = ZoneSpec(name=name, environment=args.environment or name)
        self._silence_is_normal = args.silence_is_normal
        self.zone = platform.isolate(spec, parent=self)
        self.ingest = platform.ingest(self.zone, parent=self)
        self.collector = platform.run(collector_workload(name, args, self.ingest), self.zone, parent=self)
        otlp = self.collector.address("otlp-http")
        self.services = tuple(
            platform.run(workload, self.zone, parent=self)
            for workload in application_workloads(name, args, self.ingest, otlp, platform.host)
        )
        first = self.services[0]
        self.api_url = first.urls[roles.APPLICATION_PORT]
        self.api_health_url = pulumi.Output.concat(self.api_url, first.workload.probe.path)
        self.otlp_http_url = self.collector.urls[LOCAL_OTLP if args.otlp_token is None else REMOTE_OTLP]
        self.access = {
            f"{name}-{port}": way for service in (first, self.collector) for port, way in service.access.items()
        }
        self.register_outputs({"api_url": self.api_url, "otlp_http_url": self.otlp_http_url})

    @property
    def watched(self) -> WatchedPlane[ZoneT]:
        """The plane as a control plane takes it."""
        return WatchedPlane(
            zone=self.zone,
            collector=self.collector,
            ingest=self.ingest,
            silence_is_normal=self._silence_is_normal,
            services=self.services,
        )


def collector_workload(name: str, args: DataPlaneArgs, ingest: Ingest) -> Workload:
    """Describe the collector of the plane ``name``."""
    return collector(
        image=args.collector_image,
        data_plane_id=name,
        environment=args.environment or name,
        senders=tuple(args.applications),
        otlp_http_port=args.otlp_http_port,
        ingest=ingest,
        token=args.otlp_token,
        control_plane=args.control_plane,
        probe_paths=tuple(path for each in args.applications.values() for path in each.probe_paths),
        resources=args.collector_resources,
    )


def application_workloads(
    name: str, args: DataPlaneArgs, ingest: Ingest, otlp: str, host: Callable[[str, str], str]
) -> tuple[Workload, ...]:
    """Describe the applications of the plane ``name``, which send telemetry to ``otlp`` (``host:port``).

    ``host`` returns the name by which a role in a zone is reached.
    """
    telemetry = Telemetry(
        data_plane_id=name,
        environment=args.environment or name,
        release=args.release,
        collector=otlp,
        interval_s=export_interval_s(ingest),
    )
    published = {next(iter(args.applications)): args.api_port}
    return tuple(
        application(
            role,
            each,
            telemetry,
            published=published.get(role),
            called={
                variable: value
                for other, its in args.applications.items()
                if role in its.callers
                for variable, value in found_by(other, host(other, name), its).items()
            },
        )
        for role, each in args.applications.items()
    )
