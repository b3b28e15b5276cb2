"""Prometheus, as a workload of the control plane."""

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.pods_file import pods_file
from components.probe import Probe
from components.volume import DataVolume
from components.workload import Audience, Caller, File, ImageSource, Port, Workload
from config.services.prometheus import PrometheusConfig, PrometheusFlags, command_line, render

FOLDER = "/etc/prometheus"
STORAGE = "/prometheus"


def prometheus(
    *,
    image: ImageSource,
    spec: MetricsStoreSpec[Zone],
    config: PrometheusConfig,
    listen_addresses: tuple[str, ...],
    lifecycle: bool = False,
) -> Workload:
    """Describe one Prometheus: ``config`` says whom it scrapes, ``listen_addresses`` (``host:port``) who may ask it.

    With ``lifecycle``, whoever reaches it may have it read its configuration again or end it.
    """
    flags = PrometheusFlags(
        config_file=f"{FOLDER}/prometheus.yml",
        storage_path=STORAGE,
        retention_time=spec.retention,
        retention_size=spec.retention_size,
        listen_addresses=listen_addresses,
        lifecycle=lifecycle,
        assets=FOLDER if config.pods else None,
    )
    return Workload(
        role=roles.PROMETHEUS,
        image=image,
        user="65534:65534",
        command=command_line(flags),
        ports=(
            Port(name="http", number=roles.PROMETHEUS_HTTP, audience=Audience.OPERATOR, published=spec.published_port),
        ),
        # Not /-/ready, which a long replay of the write-ahead log delays: on Docker a start may take 90 s. On a cluster
        # the sidecar is not ready before Prometheus is.
        probe=Probe(path="/-/healthy", port="http", liveness="/-/healthy"),
        resources=spec.resources,
        files=(
            File(path=flags.config_file, content=render(config), reloads=True),
            *(File(path=rule_path(rule.name), content=rule.text, reloads=True) for rule in spec.rules),
            *((pods_file(FOLDER),) if config.pods else ()),
        ),
        volumes=(DataVolume(name="prometheus", path=STORAGE, from_image=True),),
        callers=(Caller(role=roles.CONSOLE, port="http"),),
    )


def rule_path(name: str) -> str:
    """Return where the rule file ``name`` lies inside the container."""
    return f"{FOLDER}/{name}"
