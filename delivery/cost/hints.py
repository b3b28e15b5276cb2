"""Changes that make a stack cheaper: each is estimated anew, and listed if it saves something."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from config.addons import PINS
from config.aws.settings import AwsSettings
from delivery.cost.estimate import estimate
from delivery.cost.model import Hint, Plan
from delivery.cost.prices import Prices

_CENT = Decimal("0.01")
# The longest that the stack's settings allow: the rules' windows of a minute must hold three scrapes.
_LONGEST_SCRAPE_S = 20
_SHORT_RETENTION_DAYS = 30
_LEAST_ZONES = 2


def hints(plan: Plan, prices: Prices) -> tuple[Hint, ...]:
    """Return changes that save a cent a month or more, largest saving first; each by itself, not cumulative."""
    before = estimate(plan, prices).total
    found = [
        Hint(change=change, price=price, saves=before - estimate(cheaper, prices).total)
        for change, price, cheaper in _changes(plan, prices)
    ]
    return tuple(sorted((hint for hint in found if hint.saves >= _CENT), key=lambda hint: -hint.saves))


def _changes(plan: Plan, prices: Prices) -> Iterator[tuple[str, str, Plan]]:
    if plan.own_network:
        yield from _of_network(plan)
    if plan.own_cluster:
        yield from _of_cluster(plan, prices)
    yield from _of_metrics(plan)
    if plan.aws.grafana:
        yield "aws.grafana: false", "dashboards in the console only", _changed(plan, grafana=False)


def _of_network(plan: Plan) -> Iterator[tuple[str, str, Plan]]:
    network = plan.aws.network
    if network.nat == "per-zone":
        one = _changed(plan, network=network.model_copy(update={"nat": "one"}))
        yield "aws.network.nat: one", "a zone's failure takes down all internet access", one
    if network.nat != "none":
        none = _changed(plan, network=network.model_copy(update={"nat": "none"}))
        yield "aws.network.nat: none", "only the VPC's endpoints can be reached", none
    if plan.zones > _LEAST_ZONES:
        zones = _LEAST_ZONES if isinstance(network.zones, int) else network.zones[:_LEAST_ZONES]
        two = _changed(plan, network=network.model_copy(update={"zones": zones}))
        yield "aws.network.zones: 2", "a zone's failure takes down half of the nodes", two


def _of_cluster(plan: Plan, prices: Prices) -> Iterator[tuple[str, str, Plan]]:
    cluster = plan.aws.cluster
    group = cluster.node_group
    kind = group.instance_types[0]
    if not group.graviton and f"ec2.{(arm := kind.replace('i.', 'g.'))}" in prices.prices:
        other = cluster.model_copy(update={"node_group": group.model_copy(update={"instance_types": [arm]})})
        yield f"aws.cluster.nodeGroup: Graviton ({arm})", "images for arm64", _changed(plan, cluster=other)
    if cluster.compute == "auto-mode":
        managed = cluster.model_copy(update={"compute": "node-group"})
        yield "aws.cluster.compute: node-group", "you update and scale the nodes", _changed(plan, cluster=managed)
    *_, newest = PINS
    if cluster.version != newest:
        newer = cluster.model_copy(update={"version": newest})
        yield f'aws.cluster.version: "{newest}"', "an update of the cluster", _changed(plan, cluster=newer)


def _of_metrics(plan: Plan) -> Iterator[tuple[str, str, Plan]]:
    metrics, assumed = plan.aws.metrics, plan.assumed
    if plan.scrape_interval_s < _LONGEST_SCRAPE_S:
        slower = replace(plan, scrape_interval_s=_LONGEST_SCRAPE_S)
        yield f"controlPlane.scrapeIntervalSeconds: {_LONGEST_SCRAPE_S}", "figures are that much older", slower
    kept = 1 - assumed.bucket_share / 2
    fewer = replace(assumed, series_per_plane=int(assumed.series_per_plane * kept))
    yield "half of the histogram buckets", "coarser quantiles", replace(plan, assumed=fewer)
    if metrics.retention_days > _SHORT_RETENTION_DAYS:
        short = metrics.model_copy(update={"retention_days": _SHORT_RETENTION_DAYS})
        yield (
            f"aws.metrics.retentionDays: {_SHORT_RETENTION_DAYS}",
            "no comparison with last quarter",
            _changed(plan, metrics=short),
        )
    if metrics.isolation == "workspace":
        shared = metrics.model_copy(update={"isolation": "shared"})
        yield "aws.metrics.isolation: shared", "planes share a workspace", _changed(plan, metrics=shared)
    if metrics.collection == "scraper":
        agents = _changed(plan, metrics=metrics.model_copy(update={"collection": "agents"}))
        # They must be quicker, and what comes quicker is more.
        quicker = replace(agents, scrape_interval_s=min(plan.scrape_interval_s, _LONGEST_SCRAPE_S))
        yield "aws.metrics.collection: agents", "two pods in the control plane", quicker


def _changed(plan: Plan, **settings: object) -> Plan:
    aws: AwsSettings = plan.aws.model_copy(update=settings)
    return replace(plan, aws=aws)
