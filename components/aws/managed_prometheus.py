"""A workspace of Amazon Managed Service for Prometheus with its rules, its alert manager, its limits and its logs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws import keys
from components.aws.account import Account, guarded
from components.aws.logs import log_group
from config.aws.metrics import MetricsSettings
from config.services.managed_rules import RulesNamespace

# The longest that the service has. An agent that takes over, and a collector that comes back, deliver what is a little
# older than the newest.
_OUT_OF_ORDER_S = 600


@dataclass(frozen=True, kw_only=True)
class ManagedPrometheusArgs:
    """A workspace called ``alias``; ``tags`` come beside those that the provider puts on everything."""

    account: Account
    alias: str
    settings: MetricsSettings
    protected: bool
    tags: Mapping[str, str] | None = None


class ManagedPrometheus(pulumi.ComponentResource):
    """A workspace: ``endpoint`` ends in ``/`` and takes ``api/v1/remote_write`` and ``api/v1/query`` after it."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: ManagedPrometheusArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:ManagedPrometheus", name, None, opts)
        self._called, self._tags = name, args.tags
        here = pulumi.ResourceOptions(parent=self)
        key = keys.key(
            name,
            f"metrics of {args.alias}",
            args.account,
            (keys.for_logs(args.account),),
            tags=args.tags,
            kept=args.protected,
            parent=self,
        )
        logs = log_group(
            f"{name}-logs",
            # The prefix lets the service write without a resource policy of the account's.
            f"/aws/vendedlogs/prometheus/{args.alias}",
            key=key,
            retention_days=args.settings.log_retention_days,
            protected=args.protected,
            tags=args.tags,
            parent=self,
        )
        group = pulumi.Output.concat(logs.arn, ":*")
        self._workspace = aws.amp.Workspace(
            name,
            alias=args.alias,
            kms_key_arn=key.arn,
            logging_configuration=aws.amp.WorkspaceLoggingConfigurationArgs(log_group_arn=group),
            tags=args.tags,
            opts=guarded(here, protected=args.protected),
        )
        aws.amp.WorkspaceConfiguration(
            name,
            workspace_id=self._workspace.id,
            retention_period_in_days=args.settings.retention_days,
            out_of_order_time_window_in_seconds=_OUT_OF_ORDER_S,
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
        self.arn, self.endpoint = self._workspace.arn, self._workspace.prometheus_endpoint
        self.register_outputs({"workspace_id": self._workspace.id, "endpoint": self.endpoint})

    def judge(
        self, rules: tuple[RulesNamespace, ...], alerts: pulumi.Input[str], *, after: Sequence[pulumi.Resource] = ()
    ) -> None:
        """Have the workspace evaluate ``rules`` and tell people of alerts as the definition ``alerts`` (YAML) says.

        What is in ``after`` stands before: rules that tell when something is away would tell it at once.
        """
        here = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        for space in rules:
            aws.amp.RuleGroupNamespace(
                f"{self._called}-{space.name}",
                name=space.name,
                workspace_id=self._workspace.id,
                data=space.text,
                tags=self._tags,
                opts=here,
            )
        aws.amp.AlertManagerDefinition(
            self._called,
            workspace_id=self._workspace.id,
            definition=alerts,
            opts=pulumi.ResourceOptions(parent=self),
        )
