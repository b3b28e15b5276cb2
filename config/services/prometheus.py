"""Prometheus as the store of the control plane: what it keeps of those it scrapes, its rules, its alerts."""

from dataclasses import dataclass

from config.services.scraping import Scraping, scrape_configs, scrape_timing
from config.text import seconds, to_yaml

REPLICA = "replica"
# By default a page of any origin may read what Prometheus answers to a browser on the machine that publishes it. This
# is a pattern for origins, which have a scheme or are "null".
NO_ORIGIN = "none"
# A counter that appears with its first event (the first 502 of a plane, say) would never count as an increase: this
# stores the zero that it started from, at the start time that the application reports.
FEATURES = ("created-timestamp-zero-ingestion",)


@dataclass(frozen=True, kw_only=True)
class PrometheusConfig(Scraping):
    """Everything in ``prometheus.yml``: targets, rules, Alertmanagers. Intervals are in seconds.

    ``replica`` is the external label that tells replicas of one store apart; it never gets onto alerts, which would
    then be sent once per replica.
    """

    replica: str | None = None
    alertmanagers: tuple[str, ...] = ()
    rule_files: tuple[str, ...] = ()
    evaluation_interval_s: int = 10


@dataclass(frozen=True, kw_only=True)
class PrometheusFlags:
    """Start-up flags. ``retention_time`` as Prometheus writes it (``15d``), ``retention_size`` likewise (``2GB``).

    Files in the folder ``assets`` are served below ``/user``.
    """

    config_file: str
    storage_path: str
    retention_time: str = "15d"
    retention_size: str | None = None
    listen_addresses: tuple[str, ...] = ("0.0.0.0:9090",)
    lifecycle: bool = False
    assets: str | None = None


def render(config: PrometheusConfig) -> str:
    """Return ``prometheus.yml``."""
    document: dict[str, object] = {
        "global": {
            **scrape_timing(config),
            "evaluation_interval": seconds(config.evaluation_interval_s),
            **({"external_labels": {REPLICA: config.replica}} if config.replica else {}),
        }
    }
    if config.rule_files:
        document["rule_files"] = sorted(config.rule_files)
    if config.alertmanagers:
        document["alerting"] = {
            **({"alert_relabel_configs": [{"regex": REPLICA, "action": "labeldrop"}]} if config.replica else {}),
            "alertmanagers": [{"static_configs": [{"targets": sorted(config.alertmanagers)}]}],
        }
    document["scrape_configs"] = scrape_configs(config)
    return to_yaml(document)


def command_line(flags: PrometheusFlags) -> tuple[str, ...]:
    """Return the arguments after the program name.

    Admin API and both write receivers are off by being absent, and so is the lifecycle API, with which anyone who may
    ask could end the store, unless nobody but a sidecar reaches it. WAL compression is on by default.
    """
    return (
        f"--config.file={flags.config_file}",
        f"--storage.tsdb.path={flags.storage_path}",
        f"--storage.tsdb.retention.time={flags.retention_time}",
        *([f"--storage.tsdb.retention.size={flags.retention_size}"] if flags.retention_size else []),
        *(["--web.enable-lifecycle"] if flags.lifecycle else []),
        *([f"--web.user-assets={flags.assets}"] if flags.assets else []),
        f"--enable-feature={','.join(FEATURES)}",
        f"--web.cors.origin={NO_ORIGIN}",
        *(f"--web.listen-address={address}" for address in flags.listen_addresses),
    )
