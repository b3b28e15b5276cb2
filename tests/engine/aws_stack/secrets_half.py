"""What a stack's remote planes make of AWS beside the stack: their tokens, on a cluster that is there."""

import pulumi

from components.collector import collector
from components.platform import Scraped, ZoneSpec
from config.images import COLLECTOR
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.secrets import SecretsManager
from tests.engine.aws_stack.begun import Begun


def build() -> None:
    """Make the secrets of the settings that the environment names; tokens are in the project's configuration."""
    begun = Begun.of_environment()
    account, said, cluster, options = begun.account, begun.aws, begun.cluster, begun.options
    secrets = SecretsManager(account, said, begun.settings.kubernetes, cluster, options=options)
    identities = Identities(account, cluster, said.identity, lambda zone: f"{account.name}-{zone}", options=options)
    for name in begun.settings.remote_planes:
        zone = ZoneSpec(name=name, environment=name)
        workload = collector(
            image=COLLECTOR,
            data_plane_id=name,
            environment=name,
            senders=("api",),
            otlp_http_port=None,
            intake=Scraped(),
            token=pulumi.Config().require_secret(name),
        )
        identities.allow(workload.role, zone, *secrets.keep(workload, zone))
        identities.make(workload.role, zone, parent=None)
