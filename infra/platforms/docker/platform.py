"""The Docker platform: zones are networks, services are hardened containers, files and data are volumes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components import roles
from components.alertmanager import addresses, alertmanager
from components.front import Front
from components.names import require_label
from components.platform import AlertingSpec, MetricsStore, MetricsStoreSpec, Scrape, Service, Zone, ZoneSpec
from components.prometheus import prometheus, rule_path
from components.workload import ImageSource, Workload
from config.images import PROMETHEUS, UTILITY
from config.services.prometheus import PrometheusConfig
from config.services.scraping import SELF_JOB, ScrapeTarget, StaticJob
from infra.platforms.docker import jobs
from infra.platforms.docker.addresses import Addresses
from infra.platforms.docker.container import Attachment, ContainerSpec, make_container
from infra.platforms.docker.data import DataVolumes
from infra.platforms.docker.engine import Engine
from infra.platforms.docker.files import Carriers, FileVolume
from infra.platforms.docker.health import PROBE_FOLDER
from infra.platforms.docker.images import Images
from infra.platforms.docker.naming import Naming
from infra.platforms.docker.published import front, host_in_url, unpublished
from infra.platforms.docker.zone import DockerZone, make_zone

# Where the utility image has its static busybox.
_UTILITY_FOLDER = "/bin"


@dataclass(frozen=True, kw_only=True)
class DockerPlatformArgs:
    """Where services are published, which addresses networks use, and what becomes of data.

    Attributes:
        bind_address: Address of the engine's machine on which ports are published.
        machine: Host name or address of the engine's machine, for URLs; None: it is this one.
        address_pool: Network (CIDR) that subnets of 16 addresses are taken from, by hashed names.
        keep_data: Whether volumes of data outlive the stack.
        prometheus_image: The Prometheus to run for a control plane.
        utility_image: An image with a static busybox in /bin and a /tmp for everybody: it carries files into volumes,
            gives the health probe, and makes volumes writable.
    """

    bind_address: str = "127.0.0.1"
    machine: str | None = None
    address_pool: str = "10.128.0.0/9"
    keep_data: bool = True
    prometheus_image: ImageSource = PROMETHEUS
    utility_image: ImageSource = UTILITY


class DockerPlatform:
    """Run zones on the engine that ``provider`` reaches; by default the one of the stack's Docker provider.

    ``name`` tells its containers, networks and volumes from those of other programs on the engine
    (``planewatch-<name>-…``). Raises ValueError for a name that is no DNS label of at most 20 characters, and for an
    address pool that is no IPv4 network.
    """

    name = "docker"
    kubectl = ""

    def __init__(
        self, name: str, args: DockerPlatformArgs | None = None, *, provider: docker.Provider | None = None
    ) -> None:
        require_label(name, "name of a platform")
        args = args or DockerPlatformArgs()
        self._naming = Naming(stack=name)
        self._engine = Engine(naming=self._naming, provider=provider)
        self._addresses = Addresses(args.address_pool, name)
        self._bind_address = args.bind_address
        self._machine = args.machine
        self._host_in_url = host_in_url(args.bind_address, args.machine)
        self._images = Images(self._engine)
        self._prometheus_image = args.prometheus_image
        self._carriers = Carriers(engine=self._engine, images=self._images, utility=args.utility_image)
        self._data = DataVolumes(carriers=self._carriers, keep=args.keep_data)
        self._probes: dict[str, FileVolume] = {}

    def isolate(self, spec: ZoneSpec, *, parent: pulumi.Resource) -> DockerZone:
        """Make the zone's networks and the volume that holds its health probe.

        Raises ValueError when another zone of the platform has its addresses, and for one that admits host paths.
        """
        if spec.admits_host_paths:
            raise ValueError(
                f"admits_host_paths of zone {spec.name} must be False on Docker, where no container sees the machine"
                " (got True); workloads have files and volumes"
            )
        addresses = self._addresses.of(spec.name)
        self._probes[spec.name] = self._carriers.unpack(
            spec.name, "probe", _UTILITY_FOLDER, PROBE_FOLDER, parent=parent
        )
        return make_zone(spec, addresses, self._engine, parent=parent)

    def ingest(self, zone: DockerZone, *, parent: pulumi.Resource) -> Scrape:  # noqa: ARG002
        """Make nothing: Prometheus has a foot on the zone's scrape network."""
        return Scrape()

    def host(self, role: str, zone: str) -> str:
        """Return the container's name, which the engine's name server knows on each of its networks."""
        return self._naming.service(zone, role)

    def front(self, role: str, zone: str) -> Front:
        """Return the container's name, the machine's where that is another, and whether others reach its ports."""
        return front(self._bind_address, self._machine, self.host(role, zone))

    def run(self, workload: Workload, zone: DockerZone, *, parent: pulumi.Resource) -> Service:
        """Run a workload; one that is called from another zone also stands on its zone's scrape network."""
        if workload.kept:
            file = workload.kept[0]
            raise ValueError(
                f"{file.name} of {workload.role} must be a value on Docker, which keeps no secrets"
                f" (got a {type(file.secret).__name__})"
            )
        attachments = [Attachment(network=zone.network)]
        if zone.scrape_network is not None and any(caller.zone for caller in workload.callers):
            attachments.append(Attachment(network=zone.scrape_network))
        return self._run(workload, zone, attachments, parent=parent)

    def alerting(self, spec: AlertingSpec, zone: DockerZone, *, parent: pulumi.Resource) -> tuple[str, ...]:
        """Run Alertmanager, once: an engine runs every service once."""
        replicas = (self.host(roles.ALERTMANAGER, zone.spec.name),)
        self.run(alertmanager(spec, replicas=replicas), zone, parent=parent)
        return addresses(replicas)

    def metrics_store(
        self, spec: MetricsStoreSpec[DockerZone], zone: DockerZone, *, parent: pulumi.Resource
    ) -> MetricsStore:
        """Run Prometheus in the control zone, with a foot on each plane's scrape network.

        It listens for queries on the control network only: on a scrape network a collector could read every plane.
        """
        spec = spec.expecting(prometheus=1, alertmanager=len(spec.alertmanagers))
        address = str(zone.addresses.prometheus)
        scraped = [network for plane in spec.planes if (network := plane.zone.scrape_network) is not None]
        attachments = [
            Attachment(network=zone.network, address=address),
            *(Attachment(network=network) for network in scraped),
        ]
        port = roles.PROMETHEUS_HTTP
        workload = prometheus(
            image=self._prometheus_image,
            spec=spec,
            config=self._scrape_config(spec),
            listen_addresses=(f"127.0.0.1:{port}", f"{address}:{port}"),
        )
        service = self._run(workload, zone, attachments, parent=parent)
        return MetricsStore(inside_url=f"http://{service.address('http')}", query_url=service.urls["http"])

    def _scrape_config(self, spec: MetricsStoreSpec[Zone]) -> PrometheusConfig:
        return PrometheusConfig(
            planes=tuple(
                ScrapeTarget(
                    data_plane_id=plane.zone.spec.name,
                    environment=plane.zone.spec.environment or plane.zone.spec.name,
                    application_address=plane.collector.address("metrics"),
                    telemetry_address=plane.collector.address("telemetry"),
                )
                for plane in spec.planes
            ),
            alertmanagers=spec.alertmanagers,
            static_jobs=(SELF_JOB, StaticJob(name=roles.ALERTMANAGER, addresses=spec.alertmanagers)),
            rule_files=tuple(rule_path(rule.name) for rule in spec.rules),
            scrape_interval_s=spec.scrape_interval_s,
            evaluation_interval_s=spec.scrape_interval_s,
            scrape_timeout_s=min(5, spec.scrape_interval_s),
        )

    def _run(
        self, workload: Workload, zone: DockerZone, attachments: Sequence[Attachment], *, parent: pulumi.Resource
    ) -> Service:
        """Run every version: the one that receives the traffic has the role's name and ports, whichever it is.

        So another one can take them over: neither can be held twice.
        """
        if workload.rights:
            raise ValueError(
                f"rights of {workload.role} must be none on Docker, which has no Kubernetes API (got"
                f" {len(workload.rights)})"
            )
        if paths := [path.path for version in workload.versions for path in version.host_paths]:
            raise ValueError(
                f"host_paths of {workload.role} must be none on Docker, where no container sees the machine or the"
                f" engine's socket (got {', '.join(paths)}); files hold what it reads, volumes what it keeps, and"
                " services send their telemetry to the plane's collector"
            )
        beside = [
            self._container(unpublished(version), version.name, zone, attachments, parent=parent)
            for version in workload.beside
        ]
        container = self._container(workload, workload.role, zone, attachments, parent=parent)
        return Service(
            workload=workload,
            host=self.host(workload.role, zone.spec.name),
            urls=self._urls(workload, container),
            runs_by=(container, *beside),
        )

    def _container(
        self,
        workload: Workload,
        name: str,
        zone: DockerZone,
        attachments: Sequence[Attachment],
        *,
        parent: pulumi.Resource,
    ) -> docker.Container:
        where = zone.spec.name
        files = [
            self._carriers.fill(
                where, name, folder, [file for file in workload.files if file.folder == folder], parent=parent
            )
            for folder in workload.folders
        ]
        spec = ContainerSpec(
            zone=zone,
            name=name,
            workload=workload,
            image=self._images.run_as(workload.image),
            attachments=attachments,
            files=[self._probes[where], *files],
            data=[self._data.make(volume, where, workload.role, parent=parent) for volume in workload.volumes],
            bind_address=self._bind_address,
        )
        after = jobs.run_before(spec, self._engine, parent=parent)
        return make_container(spec, self._engine, parent=parent, after=after)

    def _urls(self, workload: Workload, container: docker.Container) -> dict[str, pulumi.Output[str]]:
        # Known before the container runs, but said only once it does.
        return {
            port.name: pulumi.Output.format("http://{0}:{1}", self._host_in_url, port.published, container.name)
            for port in workload.ports
            if port.published is not None
        }
