"""A workspace of Amazon Managed Service for Prometheus with its rules, its alert manager, its limits and its logs."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws import keys
from components.aws.account import Account, guarded
from components.aws.logs import log_group
from config.aws import MetricsSettings
from config.services.managed_rules import RulesNamespace


@dataclass(frozen=True, kw_only=True)
class ManagedPrometheusArgs:
    """A workspace called ``alias``; ``alerts`` is the alert manager's definition (YAML)."""

    account: Account
    alias: str
    settings: MetricsSettings
    rules: tuple[RulesNamespace, ...] = ()
    alerts: pulumi.Input[str] | None = None
    protected: bool


class ManagedPrometheus(pulumi.ComponentResource):
    """A workspace: ``endpoint`` ends in ``/`` and takes ``api/v1/remote_write`` and ``api/v1/query`` after it."""

    workspace_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: ManagedPrometheusArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:ManagedPrometheus", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        key = keys.key(name, f"metrics of {args.alias}", args.account, (keys.for_logs(args.account),), parent=self)
        logs = log_group(
            f"{name}-logs",
            # The prefix lets the service write without a resource policy of the account's.
            f"/aws/vendedlogs/prometheus/{args.alias}",
            key=key,
            retention_days=args.settings.log_retention_days,
            protected=args.protected,
            parent=self,
        )
        group = pulumi.Output.concat(logs.arn, ":*")
        workspace = aws.amp.Workspace(
            name,
            alias=args.alias,
            kms_key_arn=key.arn,
            logging_configuration=aws.amp.WorkspaceLoggingConfigurationArgs(log_group_arn=group),
            opts=guarded(here, protected=args.protected),
        )
        aws.amp.WorkspaceConfiguration(
            name,
            workspace_id=workspace.id,
            retention_period_in_days=args.settings.retention_days,
            limits_per_label_sets=[
                # The empty set is every series: what one mistake in a stack can cost has a bound.
                aws.amp.WorkspaceConfigurationLimitsPerLabelSetArgs(
                    label_set={},
                    limits=aws.amp.WorkspaceConfigurationLimitsPerLabelSetLimitsArgs(
                        max_series=args.settings.maximum_series
                    ),
                )
            ],
            opts=here,
        )
        for rules in args.rules:
            aws.amp.RuleGroupNamespace(
                f"{name}-{rules.name}", name=rules.name, workspace_id=workspace.id, data=rules.text, opts=here
            )
        if args.alerts is not None:
            aws.amp.AlertManagerDefinition(name, workspace_id=workspace.id, definition=args.alerts, opts=here)
        self.workspace_id, self.arn = workspace.id.apply(str), workspace.arn
        self.endpoint = workspace.prometheus_endpoint
        self.register_outputs({"workspace_id": self.workspace_id, "endpoint": self.endpoint})
