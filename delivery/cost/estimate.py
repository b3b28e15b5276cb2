"""From a plan to the lines of a month's bill: quantities from the settings, amounts from the prices."""

from collections.abc import Iterator
from decimal import Decimal

from config.addons import SECRETS_POLL_S, STANDARD_SUPPORT_ENDS
from delivery.cost.model import Estimate, Line, Plan
from delivery.cost.prices import Prices, RegionPrices

# AWS's own convention: 8,760 hours of a year in twelve parts.
HOURS = Decimal(730)
SECONDS = HOURS * 3600
_DAYS = HOURS / 24
_GIB = Decimal(2**30)
# Managed Prometheus evaluates no rule more often.
_RULES_EVERY_S = 30
# What components/aws/endpoints.py makes in each zone; one more for a stack with secrets.
INTERFACE_ENDPOINTS = 8
# Metadata of a workspace's rules, and their failures.
_WORKSPACE_LOGS_GB = Decimal("0.1")
Items = dict[str, Decimal | int]


def estimate(plan: Plan, prices: Prices) -> Estimate:
    """Return the estimate; raises `CommandError` for a region or an instance type without prices."""
    region = prices.of_region(plan.aws.region)
    lines = []
    for component, how, items in _components(plan, region):
        amounts = {key: region.cost(key, Decimal(quantity)) for key, quantity in items.items()}
        lines.append(
            Line(
                component=component,
                how=how,
                usd=sum(amounts.values(), Decimal(0)),
                prices=tuple(items),
                sure=all(region.region in prices.prices[key].checked for key in items),
            )
        )
    return Estimate(region=region.region, lines=tuple(lines))


def samples(plan: Plan) -> Decimal:
    """Return the samples of a month: what is scraped, and what recording rules write."""
    recorded = plan.planes * plan.assumed.recorded_series_per_plane * SECONDS / _RULES_EVERY_S
    return scraped(plan) + recorded


def scraped(plan: Plan) -> Decimal:
    """Return the samples of a month that come out of planes."""
    return plan.planes * plan.assumed.series_per_plane * SECONDS / plan.scrape_interval_s


def _components(plan: Plan, region: RegionPrices) -> Iterator[tuple[str, str, Items]]:
    yield from _cluster(plan, region)
    yield from _network(plan)
    yield from _metrics(plan)
    yield from _rest(plan)


def _cluster(plan: Plan, region: RegionPrices) -> Iterator[tuple[str, str, Items]]:
    cluster = plan.aws.cluster
    if plan.own_cluster:
        support = "extended" if plan.today >= STANDARD_SUPPORT_ENDS[cluster.version] else "standard"
        yield f"EKS control plane, {cluster.version}", f"730 h of {support} support", {f"eks.{support}": HOURS}
        kind = cluster.node_group.instance_types[0]
        key = region.instance(kind)
        hours = plan.nodes * HOURS
        yield f"Nodes, {kind}", f"{plan.nodes} nodes x 730 h, on demand", {key: hours}
        if cluster.compute == "auto-mode":
            spent = region.cost(key, hours)
            yield "EKS Auto Mode", "12 % of what the nodes cost", {"eks.auto-mode": spent}
    disks = plan.nodes * cluster.node_group.disk_gib
    volumes = plan.volumes * plan.assumed.gb_per_volume + plan.workload_gib
    yield "Disks", f"{disks} GB of nodes + {volumes} GB of volumes", {"ebs.gp3": disks + volumes}


def _network(plan: Plan) -> Iterator[tuple[str, str, Items]]:
    assumed, network = plan.assumed, plan.aws.network
    if plan.own_network:
        gateways = {"none": 0, "one": 1, "per-zone": plan.zones}[network.nat]
        if gateways:
            items: Items = {
                "nat.hour": gateways * HOURS,
                "nat.data": assumed.gb_through_nat,
                "ipv4": gateways * HOURS,
            }
            yield "NAT gateways", f"{gateways} x 730 h with an address each, {assumed.gb_through_nat} GB", items
        services = INTERFACE_ENDPOINTS + (plan.read_secrets > 0)
        items = {"endpoint.hour": services * plan.zones * HOURS, "endpoint.data": assumed.gb_to_endpoints}
        how = f"{services} services x {plan.zones} zones x 730 h, {assumed.gb_to_endpoints} GB"
        yield "VPC endpoints", how, items
    if plan.balancer:
        how = f"1 x 730 h with {plan.zones} addresses, 1 capacity unit"
        yield "Load balancer", how, {"alb.hour": HOURS, "alb.lcu": HOURS, "ipv4": plan.zones * HOURS}
    yield (
        "Data transfer",
        f"{assumed.gb_out} GB out, {assumed.gb_between_zones} GB between zones (both ways)",
        {"transfer.out": assumed.gb_out, "transfer.zones": 2 * assumed.gb_between_zones},
    )


def _metrics(plan: Plan) -> Iterator[tuple[str, str, Items]]:
    assumed, stored_days = plan.assumed, plan.aws.metrics.retention_days
    total = samples(plan)
    how = f"{plan.planes} planes x {assumed.series_per_plane:,} series / {plan.scrape_interval_s} s + recording rules"
    yield "Metrics ingested", f"{how} = {total / 10**9:,.2f} G samples", {"amp.samples": total}
    kept = total * assumed.bytes_per_sample / _GIB * stored_days / _DAYS
    yield (
        "Metrics stored",
        f"{stored_days} days x {assumed.bytes_per_sample} bytes = {kept:,.1f} GB",
        {"amp.storage": kept},
    )
    looked = assumed.console_users * assumed.hours_per_user * assumed.queries_per_hour * assumed.samples_per_query
    read = plan.planes * assumed.series_per_plane * assumed.rule_reads * assumed.rule_window_s / plan.scrape_interval_s
    ruled = plan.rules * read * SECONDS / _RULES_EVERY_S
    how = f"{Decimal(looked) / 10**9:,.1f} G samples by {assumed.console_users} users"
    yield "Metrics queried", f"{how}, {ruled / 10**9:,.1f} G by {plan.rules} rules", {"amp.query": looked + ruled}
    if plan.aws.metrics.collection == "scraper":
        fetched = scraped(plan)
        how = f"730 h and {fetched / 10**9:,.2f} G samples"
        yield "Managed collector", how, {"amp.collector": HOURS, "amp.collected": fetched}


def _rest(plan: Plan) -> Iterator[tuple[str, str, Items]]:
    assumed, aws = plan.assumed, plan.aws
    control, flows = plan.own_cluster, plan.own_network
    written = [
        (Decimal(assumed.gb_control_plane_logs), aws.cluster.log_retention_days, control),
        (Decimal(assumed.gb_flow_logs), aws.network.flow_log_retention_days, flows),
        (plan.workspaces * _WORKSPACE_LOGS_GB, aws.metrics.log_retention_days, True),
    ]
    fresh = sum((gb for gb, _, own in written if own), Decimal(0))
    kept = sum((gb * days / _DAYS for gb, days, own in written if own), Decimal(0))
    yield "Logs", f"{fresh:,.1f} GB written, {kept:,.1f} GB kept", {"logs.ingested": fresh, "logs.stored": kept}
    keys = control + flows + aws.registry + plan.workspaces + 1 + (plan.read_secrets > 0)
    yield (
        "Keys",
        f"{keys} keys, {assumed.kms_requests:,} requests",
        {"kms.key": keys, "kms.request": assumed.kms_requests},
    )
    if plan.read_secrets:
        # The collector that takes telemetry from outside is one pod.
        calls = plan.read_secrets * SECONDS / SECRETS_POLL_S
        looked = f"{plan.read_secrets} looked at" if plan.kept_secrets else "looked at"
        how = f"{plan.secrets} x 730 h, {looked} every {SECRETS_POLL_S} s"
        yield "Secrets", how, {"secret": plan.secrets, "secret.call": calls}
    if aws.registry:
        yield "Images", f"{assumed.gb_images} GB", {"ecr.stored": assumed.gb_images}
    told = [*aws.notifications.critical, *aws.notifications.warning]
    mails = assumed.notifications * sum(each.protocol == "email" for each in told)
    yield "Notifications", f"{mails:,} e-mails", {"sns.email": mails}
    if aws.grafana:
        viewers = max(assumed.console_users - 1, 0)
        yield "Managed Grafana", f"1 editor, {viewers} viewers", {"grafana.editor": 1, "grafana.viewer": viewers}
