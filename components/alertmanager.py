"""Alertmanager, as a workload of the control plane."""

from components import roles
from components.egress import Egress, to_url
from components.platform import AlertingSpec
from components.probe import Probe
from components.volume import DataVolume
from components.workload import Audience, Caller, File, Port, Workload
from config.services.alertmanager import AlertmanagerConfig, AlertmanagerFlags, command_line, render

_FILE = "/etc/alertmanager/alertmanager.yml"
# Beside the configuration, not below it: each folder of files is a read-only mount of its own.
_WEBHOOK_FILE = "/etc/alertmanager-secrets/webhook-url"
_STORAGE = "/alertmanager"


def alertmanager(spec: AlertingSpec, *, replicas: tuple[str, ...]) -> Workload:
    """Describe Alertmanager with its one webhook route, or with none when there is no URL.

    ``replicas`` are the hosts of all its replicas, which gossip about what they have sent.
    """
    peers = tuple(f"{host}:{roles.ALERTMANAGER_GOSSIP}" for host in replicas) if len(replicas) > 1 else ()
    gossip = (Port(name="gossip", number=roles.ALERTMANAGER_GOSSIP, protocols=("TCP", "UDP")),) if peers else ()
    secrets = (
        (File(path=_WEBHOOK_FILE, content=spec.webhook_url, sensitive=True),) if spec.webhook_url is not None else ()
    )
    config = render(AlertmanagerConfig(webhook_url_file=_WEBHOOK_FILE if secrets else None))
    return Workload(
        role=roles.ALERTMANAGER,
        image=spec.image,
        user="65534:65534",
        command=command_line(AlertmanagerFlags(config_file=_FILE, storage_path=_STORAGE, peers=peers)),
        ports=(
            Port(
                name="http", number=roles.ALERTMANAGER_HTTP, audience=Audience.OPERATOR, published=spec.published_port
            ),
            *gossip,
        ),
        probe=Probe(path="/-/healthy", port="http", liveness="/-/healthy"),
        resources=spec.resources,
        files=(File(path=_FILE, content=config), *secrets),
        volumes=(DataVolume(name="alertmanager", path=_STORAGE, from_image=True),),
        callers=(
            Caller(role=roles.PROMETHEUS, port="http"),
            *(Caller(role=roles.ALERTMANAGER, port=port.name) for port in gossip),
        ),
        egress=_egress(spec),
    )


def _egress(spec: AlertingSpec) -> tuple[Egress, ...]:
    if spec.webhook_url is None:
        return ()
    return (spec.egress or to_url(spec.webhook_url),)


def addresses(replicas: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``host:port`` of the API of each replica."""
    return tuple(f"{host}:{roles.ALERTMANAGER_HTTP}" for host in replicas)
