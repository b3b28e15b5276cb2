"""The agentless collector of Managed Prometheus: it finds and scrapes as every Prometheus here does, less often.

AWS documents what it takes of Prometheus's configuration: `global` and `scrape_configs`, discovery in Kubernetes alone,
30 s between two scrapes at the least, 50 MB of an answer at the most, addresses but no names, a service account's token
as the only authorization. What else is in a configuration would be refused when the collector is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from config.aws.metrics import LEAST_INTERVAL_S
from config.services.agent import CLUSTER_LABEL
from config.services.managed_quotas import UnsupportedError
from config.services.scraping import Scraping, StaticJob, scrape_configs, scrape_timing
from config.text import to_yaml

_MOST_BODY_MB = 50
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105  where it lies, not what it is
_JOB_FIELDS = frozenset(
    {
        "authorization",
        "body_size_limit",
        "honor_labels",
        "honor_timestamps",
        "job_name",
        "kubernetes_sd_configs",
        "label_limit",
        "label_name_length_limit",
        "label_value_length_limit",
        "metric_relabel_configs",
        "metrics_path",
        "params",
        "relabel_configs",
        "sample_limit",
        "scheme",
        "scrape_interval",
        "scrape_timeout",
        "static_configs",
    }
)


@dataclass(frozen=True, kw_only=True)
class ManagedCollectorConfig(Scraping):
    """What to scrape; samples get the label ``cluster``, as those of the agents do."""

    cluster: str
    static_jobs: tuple[StaticJob, ...] = ()
    scrape_interval_s: int = LEAST_INTERVAL_S

    def __post_init__(self) -> None:
        """Raise ValueError for what the service would refuse whatever else is in the configuration."""
        super().__post_init__()
        if self.scrape_interval_s < LEAST_INTERVAL_S:
            raise ValueError(f"scrape_interval_s must be ≥ {LEAST_INTERVAL_S} (got {self.scrape_interval_s})")
        if self.limits.body_mib * 2**20 > _MOST_BODY_MB * 10**6:
            raise ValueError(f"limits.body_mib must be ≤ {_MOST_BODY_MB} MB (got {self.limits.body_mib} MiB)")


def render(config: ManagedCollectorConfig) -> str:
    """Return the collector's configuration; raises `UnsupportedError` with a line for each thing it would refuse."""
    jobs = scrape_configs(config)
    if faults := [fault for job in jobs for fault in faults_of(job)]:
        raise UnsupportedError(faults)
    timing = {**scrape_timing(config), "external_labels": {CLUSTER_LABEL: config.cluster}}
    return to_yaml({"global": timing, "scrape_configs": jobs})


def faults_of(job: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a managed collector would refuse of a scrape job, one line each: job, field and value."""
    where = f"job {job['job_name']}"
    yield from (f"{where}: field {field} is not supported" for field in sorted(job.keys() - _JOB_FIELDS))
    for target in (target for group in job.get("static_configs", ()) for target in group["targets"]):
        if not _is_address(str(target).rpartition(":")[0].strip("[]")):
            yield f"{where}: target {target} must be an IP address and port"
    authorization = job.get("authorization")
    if authorization and (authorization.get("type", "Bearer"), authorization.get("credentials_file")) != (
        "Bearer",
        _TOKEN,
    ):
        yield f"{where}: authorization must be the token in {_TOKEN}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
