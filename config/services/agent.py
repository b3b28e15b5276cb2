"""Prometheus as an agent: it scrapes as the store does, keeps nothing but its log, and writes to Managed Prometheus.

Two agents scrape the same; the service takes the samples of one of them at a time (``__replica__``, per ``cluster``).
"""

from dataclasses import dataclass

from config.services.scraping import PODS_JOB, Scraping, scrape_configs, scrape_timing
from config.text import seconds, to_yaml

CLUSTER_LABEL = "cluster"
REPLICA_LABEL = "__replica__"
# Figures about the scrapes that stand for pods. Only `up` is read, and AWS charges for each sample.
_UNWRITTEN: tuple[dict[str, object], ...] = (
    {"source_labels": ["job", "__name__"], "regex": f"{PODS_JOB};scrape_.+", "action": "drop"},
)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What an agent holds in memory on the way, per shard in samples; the rest of a backlog waits in its log on disk.

    20 shards of 2,500 + 1,000 samples bound it at 70,000, also while the service is away: 100 planes of 500 series
    reach that within two minutes, and the reader of the log then waits. A shard delivers 1,000 samples (what the
    service's documentation advises) in about 0.1 s, so 20 of them clear the 3 million of ten minutes in under a minute,
    as fast as the service lets them: it answers 429 above its limit, and the agent tries again.
    """

    capacity: int = 2_500
    samples_per_send: int = 1_000
    max_shards: int = 20
    # A sample waits for company no longer than this; scrape (10 s) and this are within the store's 15 s.
    send_deadline_s: float = 1
    min_backoff_s: float = 0.1
    max_backoff_s: float = 5


@dataclass(frozen=True, kw_only=True)
class AgentConfig(Scraping):
    """Everything in an agent's ``prometheus.yml``.

    ``endpoint`` is a workspace's (it ends before ``api/v1``), in ``region``. Agents of one ``cluster`` name stand in
    for one another; ``replica`` tells them apart, and may be an environment variable (``${POD_NAME}``).
    """

    endpoint: str
    region: str
    cluster: str
    replica: str
    queue: Queue = Queue()

    def __post_init__(self) -> None:
        """Raise ValueError for what Prometheus would refuse, and for empty names, which switch deduplication off."""
        super().__post_init__()
        if not self.cluster or not self.replica:
            raise ValueError("cluster and replica of an agent must not be empty")


@dataclass(frozen=True, kw_only=True)
class AgentFlags:
    """Start-up flags. The log keeps undelivered samples for ``keep_h`` hours, at least two.

    Files in the folder ``assets`` are served below ``/user``.
    """

    config_file: str
    storage_path: str
    listen_addresses: tuple[str, ...] = ("0.0.0.0:9090",)
    keep_h: int = 6
    assets: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError when an outage of two hours would lose samples."""
        if self.keep_h < MINIMUM_KEEP_H:
            raise ValueError(
                f"keep_h must be ≥ {MINIMUM_KEEP_H}, for which an agent keeps undelivered samples (got {self.keep_h})"
            )


MINIMUM_KEEP_H = 2


def remote_write_url(endpoint: str) -> str:
    """Return where samples go in the workspace with this endpoint."""
    return f"{endpoint.rstrip('/')}/api/v1/remote_write"


def render(config: AgentConfig) -> str:
    """Return the agent's ``prometheus.yml``."""
    queue = config.queue
    return to_yaml(
        {
            "global": {
                **scrape_timing(config),
                "external_labels": {CLUSTER_LABEL: config.cluster, REPLICA_LABEL: config.replica},
            },
            "scrape_configs": scrape_configs(config),
            "remote_write": [
                {
                    "name": "managed-prometheus",
                    "url": remote_write_url(config.endpoint),
                    "sigv4": {"region": config.region},
                    "write_relabel_configs": [dict(rule) for rule in _UNWRITTEN],
                    # Help texts and types: another request each minute, for what no panel or rule of ours reads.
                    "metadata_config": {"send": False},
                    "queue_config": {
                        "capacity": queue.capacity,
                        "max_samples_per_send": queue.samples_per_send,
                        "max_shards": queue.max_shards,
                        "batch_send_deadline": seconds(queue.send_deadline_s),
                        "min_backoff": seconds(queue.min_backoff_s),
                        "max_backoff": seconds(queue.max_backoff_s),
                        "retry_on_http_429": True,
                    },
                }
            ],
        }
    )


def command_line(flags: AgentFlags) -> tuple[str, ...]:
    """Return the arguments after the program name; the lifecycle API is off by being absent."""
    return (
        "--agent",
        f"--config.file={flags.config_file}",
        f"--storage.agent.path={flags.storage_path}",
        # Looked at every half hour: what was delivered more than five minutes ago goes, what was not stays to keep_h.
        "--storage.agent.wal-truncate-frequency=30m",
        "--storage.agent.retention.min-time=5m",
        f"--storage.agent.retention.max-time={flags.keep_h}h",
        # A new plane restarts nothing; no sidecar and no lifecycle API is needed for that.
        "--config.auto-reload",
        "--config.auto-reload-interval=10s",
        # Within the half minute that a pod is given to end.
        "--storage.remote.flush-deadline=20s",
        *([f"--web.user-assets={flags.assets}"] if flags.assets else []),
        # As in the store: the first event of a counter is an increase.
        "--enable-feature=created-timestamp-zero-ingestion",
        *(f"--web.listen-address={address}" for address in flags.listen_addresses),
    )
