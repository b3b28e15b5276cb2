"""The collector of a plane that has a workspace of its own: it writes there itself, signed with the plane's role.

Nobody scrapes it, so it does what a scrape would have done: the series look the same in both kinds of store.
"""

from dataclasses import dataclass

from config.services.agent import remote_write_url
from config.services.collector import TRANSLATION, CollectorConfig, Delivery, document, literal
from config.services.scraping import RESERVED_NAMES
from config.services.text import seconds, to_yaml

# Without it, a write that the service throttles (429) is given up.
FEATURE_GATES = ("exporter.prometheusremotewritexporter.RetryOn429",)


@dataclass(frozen=True, kw_only=True)
class WorkspaceWrites:
    """Where a plane's samples go: its workspace's ``endpoint`` in ``region``, by way of a log in ``folder`` on disk."""

    endpoint: str
    region: str
    folder: str


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
                processors={"filter/reserved": _without_reserved(), "transform/scraped": _AS_SCRAPED},
                extensions={"sigv4auth": {"region": writes.region, "service": "aps"}},
            ),
        )
    )


def command_line(config_file: str) -> tuple[str, ...]:
    """Return the arguments after the program name."""
    return (f"--config={config_file}", f"--feature-gates={','.join(FEATURE_GATES)}")


def _without_reserved() -> dict[str, object]:
    # The exporter makes "_" of "." and the like, so either stands for the other.
    names = literal(f"^({RESERVED_NAMES.replace('_', '[^a-zA-Z0-9]')})$")
    return {"error_mode": "propagate", "metric_conditions": [f'IsMatch(metric.name, "{names}")']}


# A scrape moves what an application says of itself to exported_job and exported_instance, and puts its own in place.
_AS_SCRAPED: dict[str, object] = {
    "error_mode": "propagate",
    "metric_statements": [
        {
            "context": "datapoint",
            "statements": [
                (
                    'set(attributes["exported_job"], resource.attributes["service.name"])'
                    ' where resource.attributes["service.name"] != nil'
                ),
                (
                    'set(attributes["exported_instance"], resource.attributes["service.instance.id"])'
                    ' where resource.attributes["service.instance.id"] != nil'
                ),
            ],
        },
        {
            "context": "resource",
            "statements": [
                'set(attributes["service.name"], "data-plane")',
                'delete_key(attributes, "service.namespace")',
                'delete_key(attributes, "service.instance.id")',
            ],
        },
    ],
}
