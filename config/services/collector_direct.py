"""The collector of a plane that has a workspace of its own: it writes there itself, signed with the plane's role.

Nobody scrapes it, so it does what a scrape would have done: the series look the same in both kinds of store. What it
has to say of itself goes the same way as often as it would have been scraped, and so tells that it lives.
"""

from dataclasses import dataclass

from config.services.agent import remote_write_url
from config.services.collector import TRANSLATION, CollectorConfig, Delivery, OwnTelemetry, document
from config.services.ottl import changing, literal
from config.services.scraping import APPLICATION_JOB, TELEMETRY_JOB
from config.text import seconds, to_yaml

# Without it, a write that the service throttles (429) is given up.
FEATURE_GATES = ("exporter.prometheusremotewritexporter.RetryOn429",)


@dataclass(frozen=True, kw_only=True)
class WorkspaceWrites:
    """Where a plane's samples go: its workspace's ``endpoint`` in ``region``, by way of a log in ``folder`` on disk.

    The collector tells of itself every ``interval_s`` seconds, by way of ``own_address`` (``host:port``, loopback).
    """

    endpoint: str
    region: str
    folder: str
    interval_s: int
    own_address: str = "127.0.0.1:8888"


def render(config: CollectorConfig, writes: WorkspaceWrites) -> str:
    """Return the configuration file (YAML)."""
    exporter = {
        "endpoint": remote_write_url(writes.endpoint),
        "auth": {"authenticator": "sigv4auth"},
        "resource_to_telemetry_conversion": {"enabled": False},
        "translation_strategy": TRANSLATION,
        # Applications cannot have set these: the processors before deleted every spelling of them.
        "external_labels": {
            "environment": literal(config.environment),
            "data_plane_id": literal(config.data_plane_id),
        },
        # Measured: with the defaults (300 requests or a minute in memory) a kill lost 60 samples of 60. What is read
        # from the log leaves it once it was delivered, one request at a time: 180 of 180 kept through 41 s and a kill.
        "wal": {"directory": writes.folder, "buffer_size": 1, "truncate_frequency": "1s"},
        # Zero: tried until it is delivered.
        "retry_on_failure": {"initial_interval": "500ms", "max_interval": "5s", "max_elapsed_time": seconds(0)},
    }
    return to_yaml(
        document(
            config,
            Delivery(
                exporters={"prometheusremotewrite": exporter},
                processors={"transform/scraped": _AS_SCRAPED},
                telemetry=_own_telemetry(writes),
                extensions={"sigv4auth": {"region": writes.region, "service": "aps"}},
            ),
        )
    )


def command_line(config_file: str) -> tuple[str, ...]:
    """Return the arguments after the program name."""
    return (f"--config={config_file}", f"--feature-gates={','.join(FEATURE_GATES)}")


def _own_telemetry(writes: WorkspaceWrites) -> OwnTelemetry:
    there = {"protocol": "http/protobuf", "endpoint": f"http://{writes.own_address}"}
    reader = {"periodic": {"interval": writes.interval_s * 1000, "exporter": {"otlp": there}}}
    # The labels that a scrape would add: job and instance. A pod keeps its name across restarts.
    resource = {"service.name": TELEMETRY_JOB, "service.instance.id": "${env:HOSTNAME:-collector}"}
    return OwnTelemetry(
        section={"metrics": {"readers": [reader]}, "resource": resource},
        receivers={_OWN: {"protocols": {"http": {"endpoint": writes.own_address}}}},
        # Else a plane whose applications are silent would seem to receive something: this.
        processors={
            "filter/own": {
                "error_mode": "propagate",
                "metrics": {"datapoint": [f'attributes["receiver"] == "{_OWN}"']},
            }
        },
    )


_OWN = "otlp/own"


# A scrape moves an application's own job and instance to exported_job and exported_instance, and sets its own.
_MOVED = (
    (
        'set({attributes}["exported_job"], resource.attributes["service.name"])'
        ' where resource.attributes["service.name"] != nil'
    ),
    (
        'set({attributes}["exported_job"], Concat([resource.attributes["service.namespace"],'
        ' resource.attributes["service.name"]], "/"))'
        ' where resource.attributes["service.name"] != nil and resource.attributes["service.namespace"] != nil'
    ),
    (
        'set({attributes}["exported_instance"], resource.attributes["service.instance.id"])'
        ' where resource.attributes["service.instance.id"] != nil'
    ),
)
_AS_SCRAPED = changing(
    datapoint=tuple(statement.format(attributes="datapoint.attributes") for statement in _MOVED),
    resource=(
        # For target_info.
        *(statement.format(attributes="resource.attributes") for statement in _MOVED),
        f'set(resource.attributes["service.name"], "{APPLICATION_JOB}")',
        'delete_key(resource.attributes, "service.namespace")',
        'delete_key(resource.attributes, "service.instance.id")',
    ),
)
