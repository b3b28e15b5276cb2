"""What a stack's remote planes make of AWS beside the stack: their tokens, on a cluster that is there."""

import json
import os
from pathlib import Path

import pulumi

from components.collector import collector
from components.platform import Scraped, ZoneSpec
from config.images import COLLECTOR
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.identities import Identities
from infra.platforms.eks.provider import asking, find_account, make_provider
from infra.platforms.eks.secrets import SecretsManager
from tests.engine.aws_stack.names import NAME, SETTINGS


def build() -> None:
    """Make the secrets of the settings that the environment names; tokens are in the project's configuration."""
    settings = StackSettings.model_validate(json.loads(Path(os.environ[SETTINGS]).read_text()))
    said = settings.aws
    assert said is not None
    stack = Stack(name=os.environ[NAME], settings=settings, alert_webhook_url=None)
    provider = make_provider(stack, said)
    options = pulumi.ResourceOptions(provider=provider)
    with asking():
        account = find_account(stack, said, provider)
        cluster = choose_cluster(said, account, provider)
    secrets = SecretsManager(account, said, settings.kubernetes, cluster, options=options)
    identities = Identities(
        account, cluster, said.identity, lambda zone: f"planewatch-{stack.name}-{zone}", options=options
    )
    for name in settings.remote_planes:
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
