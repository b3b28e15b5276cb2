"""An application of a data plane, as a workload that speaks OTLP to the plane's collector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi

from components import roles
from components.egress import Egress
from components.instrumentation import Telemetry, variables
from components.job import Job
from components.kept import KeptFile, KeptSecret, KubernetesSecret, StoredSecret
from components.placement import OneReplica
from components.platform import Ingest, RemoteWrite
from components.probe import Probe
from components.resources import Resources
from components.volume import DataVolume
from components.workload import Audience, Caller, File, ImageSource, Port, Workload
from config.more_ports import as_variable, port_variables
from config.writable import TMP

RESOURCES = Resources(memory_mib=160, cpus=0.5)
# Not below /run/secrets: tokens of a cluster's own are mounted there, and a read-only folder holds no other.
SECRETS_FOLDER = "/etc/planewatch-secrets"


@dataclass(frozen=True, kw_only=True)
class VersionArgs:
    """Another version of an application: it runs beside the application and receives no traffic.

    Attributes:
        image: The image to run.
        environment: Environment variables that differ from the application's.
    """

    image: ImageSource
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ApplicationArgs:
    """An application: its image, where it serves HTTP, and its limits.

    Its root file system is read-only; ``/tmp`` is 64 MiB of memory.

    Attributes:
        image: The image to run.
        port: Where the application serves HTTP.
        ports: More TCP ports by name, for its callers.
        health_path: Path that answers GET with 2xx or 3xx while the application can take requests; it may ask what the
            application depends on.
        liveness_path: Path that answers GET with 2xx or 3xx while its process works; a cluster restarts it otherwise.
            None: only a port that accepts no connections is a reason.
        startup_path: Path that answers GET with 2xx or 3xx once it has started; a cluster asks nothing else before.
            None: as ``liveness_path``.
        resources: Limits of memory and processor.
        user: Numeric ``uid:gid`` that it runs as.
        writable: Folders in which it may write, beside ``/tmp``: 64 MiB of memory each.
        volumes: Data that outlives its containers. With any it runs once: data has one writer, and one version.
        environment: Environment variables; they override those that the plane sets.
        secrets: Secrets by the name of a variable: the value of ``DB_PASSWORD`` is in a file, whose path is in
            ``DB_PASSWORD_FILE``. A ``KubernetesSecret`` or ``StoredSecret`` is one that the platform keeps already.
        callers: Roles of other applications of the plane that may call this one, on all its ports. They get its URL in
            a variable named after it, ``PRICE_LIST_URL`` for the role ``price-list``, and where each of ``ports`` is
            in another: ``PRICE_LIST_GRPC_ADDRESS`` (``host:port``) for ``grpc``.
        egress: Where it connects to outside the stack; on a cluster nothing else leaves it.
        revision: Name of this version, with which it runs as ``<role>-<revision>`` on a cluster. A changed one starts
            beside the old one and receives the traffic once it is ready.
        beside: Other versions by revision.
        before: Jobs that run to completion, one after another, before each new version starts.
    """

    image: ImageSource
    port: int = 8000
    ports: Mapping[str, int] = field(default_factory=dict)
    health_path: str = "/health"
    liveness_path: str | None = None
    startup_path: str | None = None
    resources: Resources = RESOURCES
    user: str = "10001:10001"
    writable: Sequence[str] = ()
    volumes: Sequence[DataVolume] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    secrets: Mapping[str, pulumi.Input[str] | KeptSecret] = field(default_factory=dict)
    callers: Sequence[str] = ()
    egress: Sequence[Egress] = ()
    revision: str | None = None
    beside: Mapping[str, VersionArgs] = field(default_factory=dict)
    before: Sequence[Job] = ()

    def version(self, revision: str) -> "ApplicationArgs":
        """Return the arguments of another version, as if it received the traffic."""
        own = self.beside[revision]
        return replace(
            self, image=own.image, environment={**self.environment, **own.environment}, revision=revision, beside={}
        )

    @property
    def probe_paths(self) -> tuple[str, ...]:
        """Where platforms ask it how it is: such requests are no traffic."""
        return tuple(path for path in (self.health_path, self.liveness_path, self.startup_path) if path is not None)


def application(
    role: str,
    args: ApplicationArgs,
    telemetry: Telemetry,
    *,
    published: int | None,
    called: Mapping[str, str] | None = None,
) -> Workload:
    """Describe an application; with a ``published`` port of the host it is also for clients outside.

    ``called`` are the variables by which it finds the applications that it calls.
    """
    files, kept = _secret_files(args.secrets)
    environment: dict[str, pulumi.Input[str]] = {
        "PORT": str(args.port),
        "ENVIRONMENT": telemetry.environment,
        "DATA_PLANE_ID": telemetry.data_plane_id,
        "OTEL_ENDPOINT": f"http://{telemetry.collector}",
        **variables(role, telemetry),
        "SERVICE_NAME": role,
        "SERVICE_VERSION": telemetry.release,
        **(called or {}),
        **{f"{file.name}_FILE": file.path for file in files},
        **{f"{file.name}_FILE": file.path for file in kept},
        **args.environment,
    }
    # Node's agent does not start, and says nothing, where the time-out (by default 30 s) is longer than the interval.
    environment.setdefault("OTEL_METRIC_EXPORT_TIMEOUT", environment["OTEL_METRIC_EXPORT_INTERVAL"])
    plain = {key: value for key, value in environment.items() if isinstance(value, str)}
    return Workload(
        role=role,
        image=args.image,
        user=args.user,
        ports=(
            Port(
                name=roles.APPLICATION_PORT,
                number=args.port,
                audience=Audience.INSIDE if published is None else Audience.NETWORK,
                published=published,
            ),
            *(Port(name=name, number=number) for name, number in args.ports.items()),
        ),
        probe=Probe(
            path=args.health_path,
            port=roles.APPLICATION_PORT,
            liveness=args.liveness_path,
            startup=args.startup_path,
        ),
        resources=args.resources,
        environment=plain,
        environment_outputs={
            key: pulumi.Output.from_input(value) for key, value in environment.items() if key not in plain
        },
        files=files,
        kept=kept,
        volumes=tuple(args.volumes),
        placement=OneReplica() if args.volumes else None,
        callers=tuple(
            Caller(role=caller, port=port) for caller in args.callers for port in (roles.APPLICATION_PORT, *args.ports)
        ),
        egress=tuple(args.egress),
        scratch=(TMP, *args.writable),
        revision=args.revision,
        before=tuple(args.before),
        beside=tuple(
            application(role, args.version(other), telemetry, published=published, called=called)
            for other in args.beside
        ),
    )


def found_by(role: str, host: str, args: ApplicationArgs) -> dict[str, str]:
    """Return the variables by which callers find the application ``role`` at ``host``."""
    addresses = {variable: f"{host}:{args.ports[port]}" for port, variable in port_variables(role, args.ports).items()}
    return {f"{as_variable(role)}_URL": f"http://{host}:{args.port}", **addresses}


def _secret_files(
    secrets: Mapping[str, pulumi.Input[str] | KeptSecret],
) -> tuple[tuple[File, ...], tuple[KeptFile, ...]]:
    """Return the files with secrets of the stack, and those that the platform keeps."""
    files, kept = list[File](), list[KeptFile]()
    for name, value in sorted(secrets.items()):
        if isinstance(value, KubernetesSecret | StoredSecret):
            kept.append(KeptFile(name=name, secret=value))
        else:
            files.append(secret_file(name, value))
    return tuple(files), tuple(kept)


def secret_file(name: str, value: pulumi.Input[str]) -> File:
    """Describe the file in which an application finds the secret that it knows as ``name``."""
    return File(path=f"{SECRETS_FOLDER}/{name}", content=pulumi.Output.secret(value), sensitive=True)


def export_interval_s(ingest: Ingest) -> int:
    """Return how often an application exports its metrics, in seconds.

    The SDKs' default of 60 s would make a request visible after 56-58 s; the promise is 15 s. What is scraped may be
    exported as often as one likes. What is written is stored, and paid for: ten times as much at one export a second.
    """
    return ingest.interval_s if isinstance(ingest, RemoteWrite) else 1
