"""The stack's workspaces of Managed Prometheus: one for all planes, or one for each; who may write, who may query."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components import roles
from components.aws.account import Account
from components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.aws.policy import Statement
from components.aws.workspace_rules import WorkspaceRules, WorkspaceRulesArgs
from components.platform import ZoneSpec
from config.aws.settings import AwsSettings
from config.packs.model import RuleFile, Severity
from config.services.managed_alerts import ManagedAlertsConfig, render
from config.services.managed_quotas import PUBLISHED
from config.services.managed_rules import namespaces
from infra.platforms.eks.identities import plane_tags
from infra.platforms.eks.renames import earlier_in, earlier_of_workspace

# How often rules are evaluated, and so how old at most what one of them recorded last is.
RULES_EVERY_S = PUBLISHED.interval_s


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace, and whose it is: the control plane's where all planes share it, else one plane's."""

    zone: ZoneSpec
    name: str
    made: ManagedPrometheus


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The workspaces of a stack by zone; alerts go to ``topics`` (ARNs).

    ``control`` is the control plane's zone. ``writer`` is the role in each zone that writes to the zone's workspace;
    None: no pod writes, because AWS's managed collector does.
    """

    account: Account
    control: ZoneSpec
    writer: str | None
    topics: Mapping[Severity, pulumi.Output[str]]
    workspaces: Mapping[str, Workspace]
    options: pulumi.ResourceOptions

    @property
    def shared(self) -> ManagedPrometheus:
        """The workspace that all planes share."""
        return self.workspaces[self.control.name].made

    @property
    def may_ask(self) -> Statement:
        """The statement that allows queries of every workspace."""
        return may_ask(*(one.made.arn for one in self.workspaces.values()))

    def rights(self) -> dict[tuple[ZoneSpec, str], tuple[Statement, ...]]:
        """Return the permissions of workloads on workspaces, by zone and role: none may write to another's."""
        asks: dict[tuple[ZoneSpec, str], tuple[Statement, ...]] = {(self.control, roles.CONSOLE): (self.may_ask,)}
        if (writer := self.writer) is None:
            return asks
        return {**{(one.zone, writer): (may_write(one.made.arn),) for one in self.workspaces.values()}, **asks}

    def attach_rules(
        self,
        zone: str,
        rules: tuple[RuleFile, ...],
        *,
        after: Sequence[pulumi.Resource] = (),
        parent: pulumi.Resource | None = None,
    ) -> WorkspaceRules:
        """Let a zone's workspace evaluate ``rules`` and send alerts, once ``after`` exist."""
        workspace = self.workspaces[zone]
        return WorkspaceRules(
            workspace.name,
            WorkspaceRulesArgs(
                workspace_id=workspace.made.workspace_id,
                rules=namespaces(rules),
                alert_manager=self._alert_manager(),
                after=after,
                tags=plane_tags(workspace.zone),
            ),
            opts=_merge(
                self.options,
                pulumi.ResourceOptions(parent=parent),
                earlier_of_workspace(workspace.name, workspace.zone),
            ),
        )

    def query_environment(self, *own_jobs: str) -> dict[str, str]:
        """Return what the console needs beside a workspace's endpoint; ``own_jobs`` scrape the control plane."""
        return {
            "PROMETHEUS_AUTH": "sigv4",
            "AWS_REGION": self.account.region,
            "CONTROL_PLANE_JOBS": json.dumps(own_jobs),
        }

    def _alert_manager(self) -> pulumi.Output[str]:
        region = self.account.region
        return pulumi.Output.all(critical=self.topics["critical"], warning=self.topics["warning"]).apply(
            lambda known: render(
                ManagedAlertsConfig(region=region, critical_topic=known["critical"], warning_topic=known["warning"])
            )
        )


def make_metrics(
    account: Account,
    settings: AwsSettings,
    planes: Sequence[ZoneSpec],
    topics: Mapping[Severity, pulumi.Output[str]],
    *,
    control: ZoneSpec,
    kept: bool,
    options: pulumi.ResourceOptions,
) -> Metrics:
    """Create the workspaces for the stack's isolation.

    They are protected as the stack sets it; what is ``kept`` outlives the stack whether it is protected or not.
    """
    apart = settings.metrics.isolation == "workspace"
    made = {
        zone.name: Workspace(
            zone=zone, name=name, made=_make_workspace(name, alias, zone, account, settings, kept=kept, options=options)
        )
        for zone, name, alias in (
            [(plane, f"{plane.name}-metrics", account.named(plane.name)) for plane in planes]
            if apart
            else [(control, "metrics", account.name)]
        )
    }
    return Metrics(
        account=account,
        control=control,
        writer=_writer(settings),
        topics=topics,
        workspaces=made,
        options=options,
    )


def _make_workspace(
    name: str,
    alias: str,
    zone: ZoneSpec,
    account: Account,
    settings: AwsSettings,
    *,
    kept: bool,
    options: pulumi.ResourceOptions,
) -> ManagedPrometheus:
    args = ManagedPrometheusArgs(
        account=account,
        alias=alias,
        protected=settings.protection == "protected",
        kept=kept,
        retention_days=settings.metrics.retention_days,
        maximum_series=settings.metrics.maximum_series,
        log_retention_days=settings.metrics.log_retention_days,
        tags=plane_tags(zone),
    )
    return ManagedPrometheus(name, args, opts=pulumi.ResourceOptions.merge(options, earlier_in(zone)))


def _writer(settings: AwsSettings) -> str | None:
    """Return the role that writes to a zone's workspace; None where AWS's own collector does."""
    if settings.metrics.isolation == "workspace":
        return roles.COLLECTOR
    return roles.PROMETHEUS if settings.metrics.collection == "agents" else None


def _merge(*options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    merged = pulumi.ResourceOptions()
    for one in options:
        merged = pulumi.ResourceOptions.merge(merged, one)
    return merged


def may_write(workspace_arn: pulumi.Input[str]) -> Statement:
    """Return the statement that allows writing to one workspace."""
    return Statement(sid="WriteMetrics", actions=("aps:RemoteWrite",), resources=(workspace_arn,))


def may_ask(*workspace_arns: pulumi.Input[str]) -> Statement:
    """Return the statement that allows querying workspaces, and reading their rules and alerts."""
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
