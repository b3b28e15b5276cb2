"""A data plane: its zone, its collector, and the applications whose telemetry it gathers."""

from dataclasses import dataclass

import pulumi

from components.collector import LOCAL_OTLP, REMOTE_OTLP, collector
from components.platform import Ingest, Platform, RemoteWrite, Service, WatchedPlane, Zone, ZoneSpec
from components.workload import Audience, Port, Probe, Resources, Workload
from config.images import AppImage, Image
from config.settings import DataPlaneSettings


@dataclass(frozen=True, kw_only=True)
class DataPlaneArgs:
    """``settings`` as the stack says them, the images to run, and the release that applications report.

    ``otlp_token`` is the secret that clients of a remote plane show.
    """

    settings: DataPlaneSettings
    collector_image: Image
    sample_image: Image | AppImage
    release: str
    otlp_token: pulumi.Output[str] | None = None


class DataPlane(pulumi.ComponentResource):
    """One isolated environment. ``api_url`` and ``otlp_http_url`` are for people and clients outside."""

    zone: Zone
    ingest: Ingest
    collector: Service
    api_url: pulumi.Output[str]
    otlp_http_url: pulumi.Output[str]
    access: dict[str, str]

    def __init__(
        self, name: str, args: DataPlaneArgs, *, platform: Platform, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("planewatch:components:DataPlane", name, None, opts)
        spec = ZoneSpec(name=name, environment=args.settings.environment or name)
        self.zone = platform.isolate(spec, parent=self)
        self.ingest = platform.ingest(self.zone, parent=self)
        self.collector = platform.run(collector_workload(name, args, self.ingest), self.zone, parent=self)
        first, *_ = services = [
            platform.run(workload, self.zone, parent=self)
            for workload in application_workloads(name, args, self.ingest, self.collector.address("otlp-http"))
        ]
        self.services = tuple(services)
        self.api_url = first.urls["http"]
        self.otlp_http_url = self.collector.urls[LOCAL_OTLP if args.otlp_token is None else REMOTE_OTLP]
        self.access = {
            f"{name}-{port}": way for service in (first, self.collector) for port, way in service.access.items()
        }
        self.register_outputs({"api_url": self.api_url, "otlp_http_url": self.otlp_http_url})

    @property
    def watched(self) -> WatchedPlane:
        """What the metrics store has to know of the plane."""
        return WatchedPlane(zone=self.zone, collector=self.collector, ingest=self.ingest)


def collector_workload(name: str, args: DataPlaneArgs, ingest: Ingest) -> Workload:
    """Describe the collector of the plane ``name``."""
    settings = args.settings
    return collector(
        image=args.collector_image,
        data_plane_id=name,
        environment=settings.environment or name,
        senders=tuple(settings.workloads),
        otlp_http_port=settings.otlp_http_port,
        ingest=ingest,
        token=args.otlp_token,
    )


def application_workloads(name: str, args: DataPlaneArgs, ingest: Ingest, otlp: str) -> tuple[Workload, ...]:
    """Describe the applications of the plane ``name``, which send telemetry to ``otlp`` (``host:port``)."""
    return tuple(_application(role, name, args, ingest, otlp) for role in args.settings.workloads)


def _application(role: str, plane: str, args: DataPlaneArgs, ingest: Ingest, otlp: str) -> Workload:
    workload = args.settings.workloads[role]
    first = role == next(iter(args.settings.workloads))
    port = Port(
        name="http",
        number=workload.port,
        audience=Audience.NETWORK if first else Audience.INSIDE,
        published=args.settings.api_port if first else None,
    )
    return Workload(
        role=role,
        image=_own_image(role, workload.image) if workload.image else args.sample_image,
        user="10001:10001",
        ports=(port,),
        probe=Probe(path=workload.health_path, port="http"),
        resources=Resources(memory_mib=workload.memory_mib, cpus=workload.cpus),
        environment={
            "PORT": str(workload.port),
            "ENVIRONMENT": args.settings.environment or plane,
            "DATA_PLANE_ID": plane,
            "OTEL_ENDPOINT": f"http://{otlp}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{otlp}",
            "OTEL_METRIC_EXPORT_INTERVAL": str(_export_interval_s(ingest) * 1000),
            "OTEL_SEMCONV_STABILITY_OPT_IN": "http",
            "SERVICE_NAME": role,
            "SERVICE_VERSION": args.release,
            **workload.environment_variables,
        },
        scratch=("/tmp",),  # noqa: S108  the folder inside the container, held in memory
    )


def _export_interval_s(ingest: Ingest) -> int:
    # The SDKs' default of 60 s would make a request visible after 56-58 s; the promise is 15 s. What is fetched may be
    # told as often as one likes. What is written is kept, and paid for: ten times as much if it were told each second.
    return ingest.interval_s if isinstance(ingest, RemoteWrite) else 1


def _own_image(role: str, reference: str) -> Image:
    return Image(name=role, reference=reference, version=reference.rpartition(":")[2])
