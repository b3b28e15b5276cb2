"""What every kind of workspace of Managed Prometheus has in common: how it is made, and who may do what with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aws.account import Account
from components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.aws.policy import Statement
from config.aws.settings import AwsSettings
from config.packs.model import Severity
from config.services.managed_alerts import ManagedAlertsConfig, render
from config.services.managed_quotas import PUBLISHED


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What workspaces of a stack are made with; people are told of alerts by ``topics`` (ARNs)."""

    account: Account
    settings: AwsSettings
    topics: Mapping[Severity, pulumi.Output[str]]
    options: pulumi.ResourceOptions

    def workspace(
        self, name: str, alias: str, *, tags: Mapping[str, str] | None = None, parent: pulumi.Resource | None = None
    ) -> ManagedPrometheus:
        """Make a workspace; its data is protected as the stack says."""
        args = ManagedPrometheusArgs(
            account=self.account,
            alias=alias,
            settings=self.settings.metrics,
            protected=self.settings.protection == "protected",
            tags=tags,
        )
        options = pulumi.ResourceOptions.merge(self.options, pulumi.ResourceOptions(parent=parent))
        return ManagedPrometheus(name, args, opts=options)

    @property
    def alerts(self) -> pulumi.Output[str]:
        """The definition for the alert manager of any workspace."""
        region = self.settings.region
        return pulumi.Output.all(critical=self.topics["critical"], warning=self.topics["warning"]).apply(
            lambda known: render(
                ManagedAlertsConfig(region=region, critical_topic=known["critical"], warning_topic=known["warning"])
            )
        )

    def query_environment(self, *own_jobs: str) -> dict[str, str]:
        """Return what the console needs beside a workspace's endpoint; ``own_jobs`` scrape the control plane."""
        return {
            "PROMETHEUS_AUTH": "sigv4",
            "AWS_REGION": self.settings.region,
            "CONTROL_PLANE_JOBS": json.dumps(own_jobs),
        }


# How often rules are evaluated, and so how old at most what one of them recorded last is.
RULES_EVERY_S = PUBLISHED.interval_s


def may_write(workspace_arn: pulumi.Input[str]) -> Statement:
    """Let samples into one workspace."""
    return Statement(sid="WriteMetrics", actions=("aps:RemoteWrite",), resources=(workspace_arn,))


def may_ask(*workspace_arns: pulumi.Input[str]) -> Statement:
    """Let queries, and questions for rules and alerts, be asked of workspaces."""
    return Statement(
        sid="ReadMetrics",
        actions=(
            "aps:GetLabels",
            "aps:GetMetricMetadata",
            "aps:GetSeries",
            "aps:ListAlerts",
            "aps:ListRules",
            "aps:QueryMetrics",
        ),
        resources=workspace_arns,
    )
