"""What a stack's planes make of AWS for their collectors: tokens of remote ones, workspaces, and a role for both."""

import pulumi

from components.collector import collector
from components.platform import Ingest, RemoteWrite, Scrape, ZoneSpec
from config.images import COLLECTOR
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.metrics import Metrics
from infra.platforms.eks.secrets import SecretsManager
from infra.platforms.eks.workspaces import make_workspace
from tests.engine.aws_stack.begun import Begun

_INTERVAL_S = 10


def build() -> None:
    """Make them of the settings that the environment names; tokens are in the project's configuration."""
    begun = Begun.of_environment()
    account, said, cluster, options = begun.account, begun.aws, begun.cluster, begun.options
    secrets = SecretsManager(account, said, begun.settings.kubernetes, cluster, options=options)
    identities = Identities(account, cluster, said.identity, lambda zone: f"{account.name}-{zone}", options=options)
    metrics = Metrics(account=account, settings=said, topics={}, options=options)
    for name, plane in begun.settings.data_planes.items():
        zone = ZoneSpec(name=name, environment=name)
        workload = collector(
            image=COLLECTOR,
            data_plane_id=name,
            environment=name,
            senders=("api",),
            otlp_http_port=None,
            ingest=_ingest(zone, metrics, identities),
            token=pulumi.Config().require_secret(name) if plane.access == "remote" else None,
        )
        identities.allow(workload.role, zone, *secrets.keep(workload, zone))
        identities.make(workload.role, zone, parent=None)


def _ingest(zone: ZoneSpec, metrics: Metrics, identities: Identities) -> Ingest:
    said = metrics.settings
    if said.metrics.isolation == "shared":
        return Scrape()
    workspace = make_workspace(metrics, identities, zone)
    return RemoteWrite(endpoint=workspace.endpoint, region=said.region, interval_s=_INTERVAL_S)
