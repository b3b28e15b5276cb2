"""Dashboards beside the console: a Grafana workspace, where the stack wants one."""

from collections.abc import Sequence

import pulumi

from components.aws.grafana import Grafana, GrafanaArgs
from components.aws.managed_prometheus import ManagedPrometheus
from infra.platforms.eks.metrics import Metrics, may_ask


def dashboards(metrics: Metrics, workspaces: Sequence[ManagedPrometheus], *, parent: pulumi.Resource | None) -> None:
    """Make Grafana, which may ask these workspaces and nothing else."""
    if not metrics.settings.grafana:
        return
    asked = may_ask(*(workspace.arn for workspace in workspaces))
    Grafana(
        "grafana",
        GrafanaArgs(account=metrics.account, statements=(asked,)),
        opts=pulumi.ResourceOptions.merge(metrics.options, pulumi.ResourceOptions(parent=parent)),
    )
