"""The AWS half of a stack as a program of its own: what the platform makes of AWS, without an object on the cluster."""

import json
import os
from pathlib import Path

import pulumi

from components import roles
from components.aws.budget import budget
from components.aws.identity import Identity, IdentityArgs
from components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.aws.notifications import Notifications, NotificationsArgs
from components.aws.registry import Registry, RegistryArgs
from config.images import APPS
from config.load import Stack
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.services.managed_alerts import ManagedAlertsConfig
from config.services.managed_alerts import render as render_alerts
from config.services.managed_rules import namespaces
from config.settings import StackSettings
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.metrics import may_ask, may_write
from infra.platforms.eks.provider import asking, find_account, make_provider
from tests.engine.aws_stack.names import NAME, NAMESPACE, SETTINGS

_THRESHOLDS = AlertThresholds(error_ratio=0.05, latency_p95_s=0.5, scrape_interval_s=10)


def build() -> None:
    """Make the resources of the settings that the environment names."""
    settings = StackSettings.model_validate(json.loads(Path(os.environ[SETTINGS]).read_text()))
    said = settings.aws
    assert said is not None
    stack = Stack(name=os.environ[NAME], settings=settings, alert_webhook_url=None)
    provider = make_provider(stack, said)
    options = pulumi.ResourceOptions(provider=provider)
    protected = said.protection == "protected"
    with asking():
        account = find_account(stack, said, provider)
        cluster = choose_cluster(said, account, provider)
    people = Notifications(
        "notifications", NotificationsArgs(account=account, settings=said.notifications), opts=options
    )
    if said.registry:
        Registry("registry", RegistryArgs(account=account, names=tuple(app.name for app in APPS)), opts=options)
    if said.budget:
        budget(account, said.budget, options=options)
    topics = pulumi.Output.all(critical=people.topics["critical"], warning=people.topics["warning"])
    workspace = ManagedPrometheus(
        "metrics",
        ManagedPrometheusArgs(
            account=account,
            alias=account.name,
            settings=said.metrics,
            rules=namespaces(render_rules(packs(_THRESHOLDS))),
            alerts=topics.apply(
                lambda known: render_alerts(
                    ManagedAlertsConfig(
                        region=said.region, critical_topic=known["critical"], warning_topic=known["warning"]
                    )
                )
            ),
            protected=protected,
        ),
        opts=options,
    )
    for role, statement in ((roles.PROMETHEUS, may_write(workspace.arn)), (roles.CONSOLE, may_ask(workspace.arn))):
        Identity(
            role,
            IdentityArgs(
                account=account,
                cluster=cluster.name,
                cluster_arn=cluster.arn,
                namespace=NAMESPACE,
                service_account=role,
                statements=(statement,),
                by=said.identity,
                issuer=cluster.issuer,
            ),
            opts=options,
        )
    pulumi.export("workspace", workspace.arn)
