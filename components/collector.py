"""The OpenTelemetry Collector of a data plane, as a workload."""

from dataclasses import dataclass

import pulumi

from components import roles
from components.platform import Ingest, RemoteWrite, Scrape
from components.probe import Probe
from components.resources import COLLECTOR, Resources
from components.volume import DataVolume
from components.workload import Audience, Caller, File, ImageSource, Port, Workload
from config.services import collector as scraped
from config.services import collector_direct as direct
from config.services.collector import CollectorConfig
from config.settings import OTLP_EDGE

# The port for clients outside: the plane's own one on the operator's machine, or the one that wants a token.
LOCAL_OTLP, REMOTE_OTLP = "otlp-http", "otlp-remote"
_FILE = "/etc/otelcol/config.yaml"
_LOG = "/var/lib/otelcol"
# Beside the configuration, not below it: each folder of files is a read-only mount of its own.
_TOKEN_FILE = "/etc/otelcol-secrets/token"  # noqa: S105  where it lies, not the token
# An application that ended has told its last counts to one collector only: that one is scraped once more, or writes
# them, before it goes.
_WRITING_DRAIN_S, _SCRAPE_MARGIN_S = 12, 2


def collector(
    *,
    image: ImageSource,
    data_plane_id: str,
    environment: str,
    senders: tuple[str, ...],
    otlp_http_port: int | None,
    ingest: Ingest,
    token: pulumi.Input[str] | None = None,
    control_plane: str = roles.CONTROL_PLANE,
    probe_paths: tuple[str, ...] = (),
    resources: Resources = COLLECTOR,
) -> Workload:
    """Describe the collector: ``senders`` are the plane's roles that send OTLP, probed at ``probe_paths``.

    With `Scrape`, Prometheus of the control plane scrapes it; with `RemoteWrite` it writes by itself, and keeps what it
    could not deliver yet on its volume.

    ``otlp_http_port`` is the host's port for clients outside that speak OTLP over HTTP. With a ``token``, a secret,
    those clients need it, and may be anywhere. ``control_plane`` names the zone whose Prometheus scrapes it.
    """
    config = CollectorConfig(
        environment=environment,
        data_plane_id=data_plane_id,
        memory_limit_mib=resources.memory_mib,
        remote_address=f"0.0.0.0:{roles.OTLP_REMOTE}",
        token_file=None if token is None else _TOKEN_FILE,
        probe_paths=probe_paths,
    )
    secrets = () if token is None else (token_file(token),)
    export = _by_remote_write(config, ingest) if isinstance(ingest, RemoteWrite) else _by_scrape(config, ingest)
    return Workload(
        role=roles.COLLECTOR,
        image=image,
        user="10001:10001",
        command=export.command,
        ports=(
            Port(name="otlp-grpc", number=roles.OTLP_GRPC),
            *_http_ports(otlp_http_port, remote=token is not None),
            *export.ports,
            Port(name="health", number=roles.COLLECTOR_HEALTH),
        ),
        probe=Probe(path="/", port="health", liveness="/"),
        resources=resources,
        files=(File(path=_FILE, content=export.config), *secrets),
        volumes=export.volumes,
        # An application that changed collectors would be exposed by both until the first one forgets it: counted twice.
        # What is written would come out of order.
        sticky=True,
        drain_s=export.drain_s,
        callers=(
            *(Caller(role=sender, port=port) for sender in senders for port in ("otlp-grpc", "otlp-http")),
            *(Caller(role=roles.PROMETHEUS, zone=control_plane, port=port.name) for port in export.ports),
        ),
    )


def token_file(token: pulumi.Input[str]) -> File:
    """Describe the file in which a remote plane's collector finds the token that clients must show."""
    return File(path=_TOKEN_FILE, content=token, sensitive=True)


@dataclass(frozen=True, kw_only=True)
class _Export:
    """How metrics leave the collector; ``ports`` are those that the store scrapes."""

    config: pulumi.Input[str]
    command: tuple[str, ...]
    drain_s: int
    ports: tuple[Port, ...] = ()
    volumes: tuple[DataVolume, ...] = ()


def _by_scrape(config: CollectorConfig, ingest: Scrape) -> _Export:
    return _Export(
        config=scraped.render(config),
        command=(f"--config={_FILE}",),
        drain_s=ingest.interval_s + _SCRAPE_MARGIN_S,
        ports=(
            Port(name="metrics", number=roles.COLLECTOR_METRICS),
            Port(name="telemetry", number=roles.COLLECTOR_TELEMETRY),
        ),
    )


def _by_remote_write(config: CollectorConfig, ingest: RemoteWrite) -> _Export:
    def rendered(endpoint: str) -> str:
        writes = direct.WorkspaceWrites(
            endpoint=endpoint, region=ingest.region, folder=_LOG, interval_s=ingest.interval_s
        )
        return direct.render(config, writes)

    endpoint = ingest.endpoint
    return _Export(
        config=rendered(endpoint) if isinstance(endpoint, str) else endpoint.apply(rendered),
        command=direct.command_line(_FILE),
        drain_s=_WRITING_DRAIN_S,
        volumes=(DataVolume(name="log", path=_LOG),),
    )


def _http_ports(published: int | None, *, remote: bool) -> tuple[Port, ...]:
    if not remote:
        return (Port(name=LOCAL_OTLP, number=roles.OTLP_HTTP, audience=Audience.OPERATOR, published=published),)
    return (
        Port(name=LOCAL_OTLP, number=roles.OTLP_HTTP),
        Port(
            name=REMOTE_OTLP,
            number=roles.OTLP_REMOTE,
            audience=Audience.NETWORK,
            published=published,
            edge_name=OTLP_EDGE,
        ),
    )
