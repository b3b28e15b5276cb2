"""OpenTelemetry Collector of one data plane: OTLP in, Prometheus exposition out, identity stamped on the way.

Only a metrics pipeline exists. A client that sends traces or logs gets an error (HTTP 404, gRPC ``Unimplemented``)
instead of having its data swallowed by a sink; those pipelines come with the stores that keep them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from config.services import probes
from config.services.otlp_limits import filters
from config.services.otlp_processes import processes
from config.services.otlp_shapes import accumulating, naming, starting
from config.services.ottl import literal
from config.services.own_logs import OwnLogs
from config.services.scraping import PlaneLimits
from config.text import seconds, to_yaml

# Every spelling in which an application could name the identity labels: characters outside [a-zA-Z0-9] become one "_"
# and Prometheus prefixes clashing names with "exported_". A flag for all of it would take U+017F for an "s".
IDENTITY_PATTERN = (
    r"^((?i:exported)[^a-zA-Z0-9]+)*((?i:environment)|(?i:data)[^a-zA-Z0-9]+(?i:plane)[^a-zA-Z0-9]+(?i:id))$"
)
# Labels that the exporter itself writes. As datapoint attributes they collide and drop the series ("service.name"),
# spoil the whole exposition ("le" on a histogram), or pass for another process of the plane ("exported_job").
EXPORTER_PATTERN = (
    r"^((exported[^a-zA-Z0-9]+)*(job|instance)|service[^a-zA-Z0-9]+(name|instance[^a-zA-Z0-9]+id)"
    r"|le|quantile|otel[^a-zA-Z0-9]+scope[^a-zA-Z0-9]+.*|__.*)$"
)


@dataclass(frozen=True, kw_only=True)
class CollectorConfig:
    """What one plane's collector has to know.

    ``memory_limit_mib`` is the container's limit in MiB (at least 64). ``metric_expiration_s`` is how long a series
    stays exposed after its last point: twice the OTLP SDK's default export interval (60 s), so that a client with
    default settings never flickers. Addresses are ``host:port``. With ``token_file`` OTLP over HTTP is also taken at
    ``remote_address``, from clients whose bearer token stands in that file. What would exceed ``limits``, those of the
    scrape, is dropped and counted. ``probe_paths`` are where the plane's services are probed.
    """

    environment: str
    data_plane_id: str
    memory_limit_mib: int
    metric_expiration_s: int = 120
    batch_timeout_s: float = 0.2
    otlp_grpc_address: str = "0.0.0.0:4317"
    otlp_http_address: str = "0.0.0.0:4318"
    remote_address: str = "0.0.0.0:4319"
    token_file: str | None = None
    exporter_address: str = "0.0.0.0:8889"
    telemetry_address: str = "0.0.0.0:8888"
    health_address: str = "0.0.0.0:13133"
    log_address: str = "127.0.0.1:8887"
    limits: PlaneLimits = field(default_factory=PlaneLimits)
    probe_paths: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for an empty identity or a limit that the collector cannot run in."""
        if not self.environment or not self.data_plane_id:
            raise ValueError("environment and data_plane_id of a collector must not be empty")
        if self.memory_limit_mib < MINIMUM_MEMORY_MIB:
            raise ValueError(f"memory_limit_mib must be ≥ {MINIMUM_MEMORY_MIB} (got {self.memory_limit_mib})")


MINIMUM_MEMORY_MIB = 64
_TOKEN = "bearertokenauth"  # noqa: S105  the extension's name
TRANSLATION = "UnderscoreEscapingWithSuffixes"


@dataclass(frozen=True, kw_only=True)
class OwnTelemetry:
    """What becomes of the collector's own metrics: its section ``telemetry`` beside logs.

    Where that sends them to one of ``receivers``, they leave as the plane's do, by way of ``processors``.
    """

    section: Mapping[str, object]
    receivers: Mapping[str, object] = field(default_factory=dict)
    processors: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How metrics leave: components by name, and the processing for it after identity was stamped.

    ``logs`` are those of the collector itself, where they tell what is left out on the way.
    """

    exporters: Mapping[str, object]
    telemetry: OwnTelemetry
    processors: Mapping[str, object] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)
    logs: OwnLogs | None = None


@cache
def render(config: CollectorConfig) -> str:
    """Return the configuration file (YAML) of a collector that is scraped."""
    exporter = {
        "endpoint": config.exporter_address,
        # Resource attributes stay on target_info: on every series they would multiply cardinality, and
        # the identity that counts is stamped by Prometheus.
        "resource_to_telemetry_conversion": {"enabled": False},
        "metric_expiration": seconds(config.metric_expiration_s),
        "translation_strategy": TRANSLATION,
    }
    pulled = {"readers": [{"pull": {"exporter": {"prometheus": _pull(config.telemetry_address)}}}]}
    telemetry = OwnTelemetry(section={"metrics": pulled})
    delivery = Delivery(
        exporters={"prometheus": exporter},
        processors=starting(),
        telemetry=telemetry,
        logs=OwnLogs(address=config.log_address),
    )
    return to_yaml(document(config, delivery))


def document(config: CollectorConfig, delivery: Delivery) -> dict[str, object]:
    """Return the whole configuration with this way out."""
    own, logs = delivery.telemetry, delivery.logs
    processors = _processors(config, delivery)
    extensions = {**_extensions(config), **delivery.extensions}
    receivers = _receivers(config)
    return {
        "extensions": extensions,
        "receivers": {**receivers, **own.receivers, **(logs.receivers if logs else {})},
        "processors": {**processors, **own.processors, **(logs.processors if logs else {})},
        "exporters": {**delivery.exporters, **(logs.exporters if logs else {})},
        "service": {
            "extensions": list(extensions),
            "telemetry": {"logs": {"encoding": "json", **(logs.section if logs else {})}, **own.section},
            "pipelines": {
                "metrics": {
                    "receivers": list(receivers),
                    "processors": list(processors),
                    "exporters": list(delivery.exporters),
                },
                **({"metrics/own": _own_pipeline(delivery)} if own.receivers else {}),
                **({"logs/own": logs.pipeline} if logs else {}),
            },
        },
    }


def _own_pipeline(delivery: Delivery) -> dict[str, object]:
    own = delivery.telemetry
    return {
        "receivers": list(own.receivers),
        "processors": list(own.processors),
        "exporters": list(delivery.exporters),
    }


def _extensions(config: CollectorConfig) -> dict[str, object]:
    token = {_TOKEN: {"filename": literal(config.token_file)}} if config.token_file else {}
    return {"health_check": {"endpoint": config.health_address}, **token}


def _receivers(config: CollectorConfig) -> dict[str, object]:
    inside = {
        "grpc": {"endpoint": config.otlp_grpc_address},
        "http": {"endpoint": config.otlp_http_address},
    }
    # OTLP over HTTP only: it passes every ingress controller, gRPC needs HTTP/2 all the way.
    remote = {"http": {"endpoint": config.remote_address, "auth": {"authenticator": _TOKEN}}}
    return {"otlp": {"protocols": inside}, **({"otlp/remote": {"protocols": remote}} if config.token_file else {})}


def _processors(config: CollectorConfig, delivery: Delivery) -> dict[str, object]:
    """Return the processors in the order in which they stand in the pipeline."""
    # 80 % hard and 60 % soft limit of the container: above the soft one the collector refuses (clients retry) and
    # collects garbage; the rest is for what Go's heap figure does not count.
    limit = config.memory_limit_mib * 80 // 100
    return {
        "memory_limiter": {
            "check_interval": "1s",
            "limit_mib": limit,
            "spike_limit_mib": limit - config.memory_limit_mib * 60 // 100,
        },
        # Claims first: two spellings of one would meet, and cost the point.
        "attributes/identity": {"actions": [_delete(IDENTITY_PATTERN), _delete(EXPORTER_PATTERN)]},
        # Clients elsewhere come through the edge, whose pods take turns.
        **processes(by_address=config.token_file is None),
        **naming(config.limits),
        "resource/identity": {
            "attributes": [
                _delete(IDENTITY_PATTERN),
                _upsert("environment", config.environment),
                _upsert("data_plane_id", config.data_plane_id),
            ]
        },
        **filters(config.limits),
        **probes.marking(probes.routes(config.probe_paths)),
        **accumulating(config.limits),
        **delivery.processors,
        "batch": {"timeout": seconds(config.batch_timeout_s)},
    }


def _delete(pattern: str) -> dict[str, object]:
    return {"action": "delete", "pattern": literal(pattern)}


def _upsert(key: str, value: str) -> dict[str, object]:
    return {"action": "upsert", "key": key, "value": literal(value)}


def _pull(address: str) -> dict[str, object]:
    host, _, port = address.rpartition(":")
    return {
        "host": host,
        "port": int(port),
        "without_scope_info": True,
        "without_type_suffix": False,
        "without_units": True,
    }
