"""Who is scraped, under whose identity, and how much a plane may send: the same for a store and for an agent."""

from dataclasses import dataclass

from config.services.discovery import PlaneNamespace, discovered_job, listed_pods
from config.text import seconds

# Labels in which Prometheus keeps an application's own claim to be some plane (honor_labels is off).
CLAIMED_IDENTITY = "(exported_)+(environment|data_plane_id)"
# Series that only Prometheus may write: its report on each scrape, its alerts and its recording rules.
RESERVED_NAMES = "up|scrape_.+|ALERTS.*|.*:.*"
APPLICATION_JOB, TELEMETRY_JOB, PODS_JOB = "data-plane", "otel-collector", "pods"
# What a plane exposes may be neither of these.
METRIC_RELABELLING: tuple[dict[str, object], ...] = (
    {"source_labels": ["__name__"], "regex": RESERVED_NAMES, "action": "drop"},
    {"regex": CLAIMED_IDENTITY, "action": "labeldrop"},
)


@dataclass(frozen=True, kw_only=True)
class ScrapeTarget:
    """One data plane's collector; addresses are ``host:port`` as Prometheus reaches them."""

    data_plane_id: str
    environment: str
    application_address: str
    telemetry_address: str


@dataclass(frozen=True, kw_only=True)
class StaticJob:
    """A control plane service that exposes ``/metrics``; addresses are ``host:port``."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlaneLimits:
    """What one plane may expose in a scrape; a scrape beyond it fails as a whole (``up`` 0, DataPlaneDown).

    Measured with 19,000 series (3.6 MB exposed): Prometheus grows by 62 MB, the collector to 150 MB, a scrape takes
    0.28 s. One series more than the limit and ``up`` is 0 for this plane's application metrics alone.
    """

    samples: int = 20_000
    labels: int = 64
    label_name_bytes: int = 256
    label_value_bytes: int = 4096
    body_mib: int = 32


SELF_JOB = StaticJob(name="prometheus", addresses=("127.0.0.1:9090",))
# What a scrape of a pod's series gets: Prometheus serves the file itself, an exposition without samples.
PODS_FILE, PODS_TEXT = "pod.txt", "# The pod is listed at the API server.\n"


@dataclass(frozen=True, kw_only=True)
class Scraping:
    """What a Prometheus reads. Intervals are seconds; the order of planes and addresses does not matter.

    Planes are given by address (``planes``) or found on Kubernetes (``namespaces``). With ``pods``, the pods of those
    namespaces become series as well: a Prometheus must then serve ``PODS_FILE`` below ``/user``.
    """

    planes: tuple[ScrapeTarget, ...] = ()
    namespaces: tuple[PlaneNamespace, ...] = ()
    static_jobs: tuple[StaticJob, ...] = (SELF_JOB,)
    scrape_interval_s: int = 10
    scrape_timeout_s: int = 5
    limits: PlaneLimits = PlaneLimits()
    pods: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for what Prometheus would refuse or what would mix two planes."""
        if self.scrape_timeout_s > self.scrape_interval_s:
            raise ValueError(
                f"scrape_timeout_s must be ≤ scrape_interval_s, {self.scrape_interval_s} (got {self.scrape_timeout_s})"
            )
        for what, values in (
            ("data_plane_id", [plane.data_plane_id for plane in self.planes]),
            ("application_address", [plane.application_address for plane in self.planes]),
            ("telemetry_address", [plane.telemetry_address for plane in self.planes]),
            ("job", [APPLICATION_JOB, TELEMETRY_JOB, PODS_JOB, *(job.name for job in self.static_jobs)]),
        ):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"duplicate {what}: {', '.join(twice)}")


def scrape_timing(config: Scraping) -> dict[str, object]:
    """Return how often is scraped, for ``global``."""
    return {"scrape_interval": seconds(config.scrape_interval_s), "scrape_timeout": seconds(config.scrape_timeout_s)}


def scrape_configs(config: Scraping) -> list[dict[str, object]]:
    """Return ``scrape_configs``: both jobs of every plane, then the control plane's own."""
    planes = sorted(config.planes, key=lambda plane: plane.data_plane_id)
    own: list[dict[str, object]] = [
        {"job_name": job.name, "static_configs": [{"targets": sorted(job.addresses)}]}
        for job in sorted(config.static_jobs, key=lambda job: job.name)
    ]
    return [
        {**_plane_job(APPLICATION_JOB, config.limits), **_found(config, "metrics", planes)},
        {**_plane_job(TELEMETRY_JOB, config.limits), **_found(config, "telemetry", planes)},
        *_pods(config),
        *own,
    ]


def _pods(config: Scraping) -> list[dict[str, object]]:
    if not (config.pods and config.namespaces):
        return []
    (myself,) = SELF_JOB.addresses
    return [
        {
            "job_name": PODS_JOB,
            "metrics_path": f"/user/{PODS_FILE}",
            **listed_pods(config.namespaces, myself),
        }
    ]


def _found(config: Scraping, port: str, planes: list[ScrapeTarget]) -> dict[str, object]:
    if config.namespaces:
        return discovered_job(config.namespaces, port)
    return {
        "static_configs": [
            {
                "targets": [plane.application_address if port == "metrics" else plane.telemetry_address],
                "labels": {"environment": plane.environment, "data_plane_id": plane.data_plane_id},
            }
            for plane in planes
        ]
    }


def _plane_job(name: str, limits: PlaneLimits) -> dict[str, object]:
    return {
        "job_name": name,
        # True would let an application overwrite its identity and even "up".
        "honor_labels": False,
        "honor_timestamps": False,
        "sample_limit": limits.samples,
        "label_limit": limits.labels,
        "label_name_length_limit": limits.label_name_bytes,
        "label_value_length_limit": limits.label_value_bytes,
        "body_size_limit": f"{limits.body_mib}MiB",
        "metric_relabel_configs": [dict(rule) for rule in METRIC_RELABELLING],
    }
