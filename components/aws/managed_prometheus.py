"""A workspace of Amazon Managed Service for Prometheus with its key, its limits and its logs."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account, guarded
from components.aws.keys import KeyArgs, for_logs, make_key
from components.aws.logs import LogGroupArgs, make_log_group

# The longest that the service has. An agent that takes over, and a collector that comes back, deliver what is a little
# older than the newest.
_OUT_OF_ORDER_S = 600


@dataclass(frozen=True, kw_only=True)
class ManagedPrometheusArgs:
    """What a workspace is called, and how much it takes for how long.

    Attributes:
        account: Where the workspace is made.
        alias: What the workspace is called in AWS.
        protected: Whether the workspace and its logs are kept from deletion.
        kept: Whether the workspace stays in AWS, with its key and its logs, when the stack is destroyed.
        retention_days: How long samples are kept, up to 1095 days.
        maximum_series: How many active series are accepted: what one mistake can cost has a bound.
        log_retention_days: How long logs of the service are kept; a period of CloudWatch Logs.
        tags: Tags beside those that the provider puts on everything.
    """

    account: Account
    alias: str
    protected: bool
    kept: bool = False
    retention_days: int = 150
    maximum_series: int = 1_000_000
    log_retention_days: int = 90
    tags: Mapping[str, str] | None = None


class ManagedPrometheus(pulumi.ComponentResource):
    """A workspace: ``endpoint`` ends in ``/`` and takes ``api/v1/remote_write`` and ``api/v1/query`` after it."""

    workspace_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: ManagedPrometheusArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:ManagedPrometheus", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        key = make_key(
            f"{name}-key",
            KeyArgs(
                account=args.account,
                alias=args.account.named(name),
                description=f"{args.account.name}: metrics of {args.alias}",
                users=(for_logs(args.account),),
                tags=args.tags,
                retained=args.protected or args.kept,
            ),
            parent=self,
        )
        logs = make_log_group(
            f"{name}-logs",
            LogGroupArgs(
                # The prefix lets the service write without a resource policy of the account's.
                path=f"/aws/vendedlogs/prometheus/{args.alias}",
                key_arn=key.arn,
                retention_days=args.log_retention_days,
                protected=args.protected,
                kept=args.kept,
                tags=args.tags,
            ),
            parent=self,
        )
        group = pulumi.Output.concat(logs.arn, ":*")
        workspace = aws.amp.Workspace(
            name,
            alias=args.alias,
            kms_key_arn=key.arn,
            logging_configuration=aws.amp.WorkspaceLoggingConfigurationArgs(log_group_arn=group),
            tags=args.tags,
            opts=guarded(here, protected=args.protected, kept=args.kept),
        )
        aws.amp.WorkspaceConfiguration(
            name,
            workspace_id=workspace.id,
            retention_period_in_days=args.retention_days,
            out_of_order_time_window_in_seconds=_OUT_OF_ORDER_S,
            limits_per_label_sets=[
                # The empty set is every series: what one mistake in a stack can cost has a bound.
                aws.amp.WorkspaceConfigurationLimitsPerLabelSetArgs(
                    label_set={},
                    limits=aws.amp.WorkspaceConfigurationLimitsPerLabelSetLimitsArgs(max_series=args.maximum_series),
                )
            ],
            opts=here,
        )
        self.workspace_id, self.arn, self.endpoint = workspace.id, workspace.arn, workspace.prometheus_endpoint
        self.register_outputs({"workspace_id": self.workspace_id, "arn": self.arn, "endpoint": self.endpoint})
