"""The OpenTelemetry Collector of a data plane, as a workload."""

from components import roles
from components.workload import Audience, Caller, File, Port, Probe, Resources, Workload
from config.images import Image
from config.services.collector import CollectorConfig, render

_FILE = "/etc/otelcol/config.yaml"
# 113 MiB resident when idle (measured, collector 0.158 with the components in use); the limiter takes 80 % of this.
RESOURCES = Resources(memory_mib=256, cpus=0.5)
# An application that ended has told its last counts to one collector only: that one is scraped once more (every 10 s)
# before it goes.
_DRAIN_S = 12


def collector(
    *,
    image: Image,
    data_plane_id: str,
    environment: str,
    senders: tuple[str, ...],
    otlp_http_port: int | None,
    store: Caller,
) -> Workload:
    """Describe the collector: ``senders`` are the plane's roles that send OTLP; ``store`` is who scrapes it.

    ``otlp_http_port`` is the edge's port for clients outside that speak OTLP over HTTP.
    """
    config = CollectorConfig(
        environment=environment, data_plane_id=data_plane_id, memory_limit_mib=RESOURCES.memory_mib
    )
    return Workload(
        role=roles.COLLECTOR,
        image=image,
        user="10001:10001",
        command=(f"--config={_FILE}",),
        ports=(
            Port(name="otlp-grpc", number=roles.OTLP_GRPC),
            Port(name="otlp-http", number=roles.OTLP_HTTP, audience=Audience.OUTSIDE, published=otlp_http_port),
            Port(name="metrics", number=roles.COLLECTOR_METRICS),
            Port(name="telemetry", number=roles.COLLECTOR_TELEMETRY),
            Port(name="health", number=roles.COLLECTOR_HEALTH),
        ),
        probe=Probe(path="/", port="health"),
        resources=RESOURCES,
        files=(File(path=_FILE, content=render(config)),),
        # An application that changed collectors would be exposed by both until the first one forgets it: counted twice.
        sticky=True,
        drain_s=_DRAIN_S,
        callers=(
            *(Caller(role=sender, port=port) for sender in senders for port in ("otlp-grpc", "otlp-http")),
            *(Caller(role=store.role, zone=store.zone, port=port) for port in ("metrics", "telemetry")),
        ),
    )
