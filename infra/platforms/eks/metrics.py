"""Who may do what with a workspace of Managed Prometheus: its agents write, the console asks, nobody does both."""

import pulumi

from components.aws.policy import Statement


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
