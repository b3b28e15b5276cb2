"""What a stack's zones need by its settings, for comparison with objects."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import pulumi

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes.demand import demand
from infra.platforms.kubernetes.planned import MetricsPlan, Planned, kept_on_cluster, plan

Metrics = Callable[[Stack], MetricsPlan]


def planned(said: StackSettings, metrics: Metrics = kept_on_cluster) -> Mapping[str, tuple[Planned, ...]]:
    """Return what will run in each zone of a stack that keeps its metrics so."""
    tokens = {plane: pulumi.Output.secret("token") for plane in said.remote_planes}
    stack = Stack(name="sample", settings=said, alert_webhook_url=None, otlp_tokens=tokens)
    return plan(stack, metrics(stack))


def needed(said: StackSettings, replicas: int, metrics: Metrics = kept_on_cluster) -> dict[str, Mapping[str, Decimal]]:
    """Return by zone what it needs while workloads without data have ``replicas`` and roll out."""
    return {
        zone: demand(workloads, said.kubernetes, replicas).amounts()
        for zone, workloads in planned(said, metrics).items()
    }
