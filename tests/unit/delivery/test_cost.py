"""The monthly estimate: hand-computed amounts, tiers at their edges, and what must hold for every stack."""

import ast
import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.aws.settings import AwsSettings
from delivery.cost import prices as prices_module
from delivery.cost.estimate import INTERFACE_ENDPOINTS, estimate, samples
from delivery.cost.hints import hints
from delivery.cost.model import AGENTS, Assumptions, Line, Plan
from delivery.cost.prices import Price
from delivery.errors import CommandError
from infra.platforms.kubernetes.agents import SCALE

ROOT = Path(__file__).parents[3]
PRICES = prices_module.load()


def plan(*, planes: int = 3, assumptions: Assumptions | None = None, **aws: Any) -> Plan:
    said = {"region": "us-east-1", "ownership": {"owner": "platform", "costCenter": "4711"}, **aws}
    return Plan(
        aws=AwsSettings.model_validate(said),
        planes=planes,
        rules=50,
        scrape_interval_s=10,
        balancer=False,
        today=date(2026, 11, 21),
        assumed=assumptions or Assumptions(),
    )


def line(made: Plan, start: str) -> Line:
    (found,) = [each for each in estimate(made, PRICES).lines if each.component.startswith(start)]
    return found


def usd(made: Plan, start: str) -> Decimal:
    return line(made, start).usd


# (quantity, USD by hand): tiers of samples end at 40 million, 2 and 252 billion.
@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("0", "0"),
        ("40000000", "0"),
        ("50000000", "0.9"),
        ("2000000000", "176.4"),
        ("2010000000", "176.75"),
        ("252000000000", "8926.4"),
        ("252010000000", "8926.56"),
    ],
)
def test_samples_are_priced_tier_by_tier(quantity: str, amount: str) -> None:
    assert PRICES.of_region("us-east-1").cost("amp.samples", Decimal(quantity)) == Decimal(amount)


@pytest.mark.parametrize(("gigabytes", "amount"), [(100, "0"), (101, "0.09"), (10340, "921.6"), (10341, "921.685")])
def test_transfer_out_is_priced_tier_by_tier(gigabytes: int, amount: str) -> None:
    assert PRICES.of_region("eu-west-1").cost("transfer.out", Decimal(gigabytes)) == Decimal(amount)


def test_amounts_are_those_computed_by_hand() -> None:
    made = plan(assumptions=Assumptions(series_per_plane=1000, recorded_series_per_plane=100))
    # 3 x 1000 x 2,628,000 s / 10 s + 3 x 100 x 2,628,000 s / 30 s
    assert samples(made) == 788_400_000 + 26_280_000
    # (814.68 - 40) million at 0.90 for 10 million
    assert usd(made, "Metrics ingested") == Decimal("69.7212")
    assert usd(made, "EKS control plane") == 73
    # 2 x 730 x 0.0816
    assert usd(made, "Nodes") == Decimal("119.136")
    # (2 x 50 + 2 x 10) x 0.08
    assert usd(made, "Disks") == Decimal("9.6")
    # 3 x 730 x (0.045 + 0.005) + 100 x 0.045
    assert usd(made, "NAT gateways") == 114
    # 8 x 3 x 730 x 0.01 + 100 x 0.01
    assert usd(made, "VPC endpoints") == Decimal("176.2")
    # 50 GB out are free; 2 x 200 x 0.01
    assert usd(made, "Data transfer") == 4
    # 5 x 160 x 3600 x 2000 = 5.76 G; 50 rules x 3 x 1000 x 0.25 x 18 samples x 87,600 times = 59.13 G
    assert usd(made, "Metrics queried") == Decimal("6.489")
    # 5 keys, 100,000 requests at 0.03 for 10,000
    assert usd(made, "Keys") == Decimal("5.3")


def test_the_total_is_the_sum_of_the_lines() -> None:
    made = estimate(plan(grafana=True), PRICES)
    assert made.total == sum(each.usd for each in made.lines) > 0


@pytest.mark.parametrize(
    ("today", "support", "amount"), [(date(2026, 12, 1), "standard", 73), (date(2026, 12, 2), "extended", 438)]
)
def test_a_version_costs_more_when_its_support_ends(today: date, support: str, amount: int) -> None:
    found = line(dataclasses.replace(plan(cluster={"version": "1.34"}), today=today), "EKS control plane")
    assert found.how == f"730 h of {support} support"
    assert found.usd == amount


def test_what_others_keep_costs_nothing_here() -> None:
    existing = {"vpcId": f"vpc-{'a' * 17}", "privateSubnetIds": [f"subnet-{letter * 17}" for letter in "ab"]}
    every = {each.component for each in estimate(plan(), PRICES).lines}
    network = {each.component for each in estimate(plan(network={"existing": existing}), PRICES).lines}
    assert every - network == {"NAT gateways", "VPC endpoints"}
    found = plan(cluster={"existing": "shared"})
    cluster = {each.component for each in estimate(found, PRICES).lines}
    assert every - cluster == {"EKS control plane, 1.36", "Nodes, m7g.large", "NAT gateways", "VPC endpoints"}
    assert line(found, "Disks").how == "0 GB of nodes + 20 GB of volumes"
    # Keys of images, metrics and notifications; those of the cluster and its network are not the stack's.
    assert line(found, "Keys").how.startswith("3 keys")
    assert {
        hint.change for hint in hints(found, PRICES) if "network" in hint.change or "cluster" in hint.change
    } == set()


def test_choices_that_cost_have_their_lines() -> None:
    assert usd(plan(cluster={"compute": "auto-mode"}), "EKS Auto Mode") == Decimal("14.29632")
    # 730 x 0.04, and 3 x 800 x 2,628,000 s / 30 s fetched samples at 0.15 for 10 million
    made = dataclasses.replace(plan(metrics={"collection": "scraper"}), scrape_interval_s=30)
    assert usd(made, "Managed collector") == Decimal("29.2") + 210_240_000 * Decimal("0.000000015")
    # Without agents there is nothing to keep on the way.
    assert line(made, "Disks").how == "100 GB of nodes + 0 GB of volumes"
    assert usd(plan(grafana=True), "Managed Grafana") == 29
    assert usd(dataclasses.replace(plan(), balancer=True), "Load balancer") == Decimal("33.215")
    remote = dataclasses.replace(plan(), remote=2)
    # 2 x 0.40, and 2 x 2,628,000 s / 300 s looks at 0.05 for 10,000
    assert usd(remote, "Secrets") == Decimal("0.8876")
    assert usd(remote, "Keys") - usd(plan(), "Keys") == 1
    # 3 x 730 x 0.01
    assert usd(remote, "VPC endpoints") - usd(plan(), "VPC endpoints") == Decimal("21.9")
    email = {"protocol": "email", "endpoint": "a@b.example"}
    many = Assumptions(notifications=1000)
    # 2 x 1000 e-mails of which 1000 are free, at 2 for 100,000
    told = plan(notifications={"critical": [email], "warning": [email]}, assumptions=many)
    assert usd(told, "Notifications") == Decimal("0.02")


def test_every_interface_endpoint_is_counted() -> None:
    # Read, not imported: pulumi_aws takes 5 s.
    module = ast.parse((ROOT / "components/aws/endpoints.py").read_text())
    (services,) = [
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "INTERFACES"
    ]
    assert len(services) == INTERFACE_ENDPOINTS


def test_a_workspace_for_each_plane_costs_keys_logs_and_collectors_volumes_not_samples() -> None:
    shared, apart = plan(planes=5), plan(planes=5, metrics={"isolation": "workspace"})
    assert (shared.workspaces, shared.volumes) == (1, SCALE.minimum) == (1, AGENTS)
    assert (apart.workspaces, apart.volumes) == (5, 10)
    # Four keys at 1, four times the logs of a workspace, eight volumes of 10 GB at 0.08.
    assert usd(apart, "Keys") - usd(shared, "Keys") == 4
    assert usd(apart, "Logs") > usd(shared, "Logs")
    assert usd(apart, "Disks") - usd(shared, "Disks") == Decimal("6.4")
    for what in ("Metrics ingested", "Metrics stored", "Metrics queried"):
        assert usd(apart, what) == usd(shared, what)
    # A remote plane has one collector: (5 - 2) x 2 + 2.
    assert dataclasses.replace(apart, remote=2).volumes == 8


PLANS = st.builds(
    plan,
    planes=st.integers(1, 200),
    region=st.sampled_from(PRICES.regions),
    assumptions=st.builds(Assumptions, series_per_plane=st.integers(0, 50_000), gb_out=st.integers(0, 20_000)),
    metrics=st.sampled_from([{"isolation": "shared"}, {"isolation": "workspace"}, {"collection": "scraper"}]),
    network=st.fixed_dictionaries({"nat": st.sampled_from(["none", "one", "per-zone"]), "zones": st.integers(2, 3)}),
    cluster=st.fixed_dictionaries({"compute": st.sampled_from(["node-group", "auto-mode"])}),
)


@given(PLANS)
def test_more_never_costs_less(made: Plan) -> None:
    total = estimate(made, PRICES).total
    for more in (
        dataclasses.replace(made, planes=made.planes + 1),
        dataclasses.replace(made, scrape_interval_s=made.scrape_interval_s - 1),
        *(
            dataclasses.replace(made, assumed=dataclasses.replace(made.assumed, **{name: value + 1}))
            for name, value in dataclasses.asdict(dataclasses.replace(made.assumed, nodes=2)).items()
        ),
    ):
        assert estimate(more, PRICES).total >= total


@given(PLANS)
def test_a_hint_saves_what_the_changed_stack_costs_less(made: Plan) -> None:
    found = hints(made, PRICES)
    assert [hint.saves for hint in found] == sorted((hint.saves for hint in found), reverse=True)
    assert all(hint.saves >= Decimal("0.01") for hint in found)
    total = estimate(made, PRICES).total
    for hint in found:
        assert hint.saves < total
        if hint.change == "aws.network.nat: one":
            one = made.aws.model_copy(update={"network": made.aws.network.model_copy(update={"nat": "one"})})
            assert estimate(dataclasses.replace(made, aws=one), PRICES).total == total - hint.saves


def test_each_hint_is_given_where_it_applies() -> None:
    changes = {
        hint.change
        for made in (
            dataclasses.replace(plan(cluster={"version": "1.34"}), today=date(2026, 12, 2)),
            plan(grafana=True, network={"nat": "per-zone", "zones": 3}, cluster={"compute": "auto-mode"}),
            plan(metrics={"isolation": "workspace"}, cluster={"nodeGroup": {"instanceTypes": ["m7i.large"]}}),
            plan(metrics={"collection": "scraper"}),
            plan(planes=100),
        )
        for hint in hints(made, PRICES)
    }
    assert changes == {
        "aws.network.nat: one",
        "aws.network.nat: none",
        "aws.network.zones: 2",
        "aws.cluster.nodeGroup: Graviton (m7g.large)",
        "aws.cluster.compute: node-group",
        'aws.cluster.version: "1.36"',
        "controlPlane.scrapeIntervalSeconds: 20",
        "half of the histogram buckets",
        "aws.metrics.retentionDays: 30",
        "aws.metrics.isolation: shared",
        "aws.metrics.collection: agents",
        "aws.grafana: false",
    }


def test_every_price_has_a_date_a_source_and_every_region() -> None:
    for key, price in PRICES.prices.items():
        assert price.source.endswith(("pricing", "Pricing")), key
        assert date(2025, 1, 1) < price.date <= date(2026, 11, 25), key
        assert set(price.usd) == set(PRICES.regions), key
        assert set(price.checked) <= set(PRICES.regions), key


def test_every_price_is_used() -> None:
    everything = estimate(
        dataclasses.replace(
            plan(
                grafana=True,
                cluster={"compute": "auto-mode"},
                metrics={"collection": "scraper"},
                notifications={"critical": [{"protocol": "email", "endpoint": "a@b.example"}]},
            ),
            balancer=True,
            remote=1,
        ),
        PRICES,
    )
    used = {key for each in everything.lines for key in each.prices}
    assert {key for key in PRICES.prices if not key.startswith("ec2.")} - used == {"eks.extended"}


@pytest.mark.parametrize(
    "tiers", [[{"usd": "1"}, {"usd": "2"}], [{"up_to": 1, "usd": "1"}], [{"usd": "-1"}], [{"usd": "1", "eur": "1"}]]
)
def test_prices_that_make_no_sense_are_refused(tiers: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"unit": "GB", "source": "s", "date": "2026-01-01", "checked": [], "usd": {"r": tiers}})


def test_a_region_without_prices_names_those_that_have_some() -> None:
    with pytest.raises(CommandError, match="no prices for region eu-south-2") as caught:
        estimate(plan(region="eu-south-2"), PRICES)
    assert "known are us-east-1, eu-central-1, eu-west-1" in str(caught.value)


def test_an_instance_type_without_a_price_names_those_that_have_one() -> None:
    with pytest.raises(CommandError, match="no price for instance type x1e") as caught:
        estimate(plan(cluster={"nodeGroup": {"instanceTypes": ["x1e.32xlarge"]}}), PRICES)
    assert "known are t4g.medium, t4g.large, m7g.large" in str(caught.value)


def test_the_volumes_of_workloads_are_paid_for_by_their_size() -> None:
    without = line(plan(), "Disks")
    more = line(dataclasses.replace(plan(), workload_gib=25), "Disks")
    assert more.usd - without.usd == 25 * Decimal("0.08")
    assert "+ 45 GB of volumes" in more.how
