"""Which resources a stack on AWS stands for when it chooses otherwise than `prod`: the difference is recorded."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import toolchain.cluster
from components.roles import COLLECTOR_METRICS, COLLECTOR_TELEMETRY
from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import Key, Planned, described, difference, planned, resources
from tests.engine.stacks.somebodys_network import EXISTING, make_network, replaced
from tests.engine.stacks.test_golden import GOLDEN, settings_of
from tests.harness.aws import SimulatedAws, simulated_aws
from tests.harness.aws_existing import ExistingCluster
from tests.harness.eks.account import clusters_are, command_line
from tests.harness.golden import Golden
from tests.harness.pulumi import ROOT, PulumiStack
from tests.harness.settings import Settings
from toolchain.obtain.cache import Cache

_NETWORK = "existing-network"
_ELSEWHERE = {name: {"reference": f"images.example/{name}:1.0.0"} for name in ("api", "console")}
_VARIANTS: dict[str, dict[str, Any]] = {
    "region": {"region": "us-east-1", "network": {"zones": 2, "nat": "one"}},
    "zones": {"network": {"zones": 2}},
    "workspaces": {"metrics": {"isolation": "workspace"}},
    "scraper": {"metrics": {"collection": "scraper"}},
    "grafana": {"grafana": True},
    "automatic": {"cluster": {"compute": "auto-mode"}, "identity": "irsa", "registry": False},
}
# Previewed for what single tests look at; their difference is not recorded.
_REACHED = "reached"
_OTHERS: dict[str, dict[str, Any]] = {
    _REACHED: {
        "cluster": {
            "administrators": ["arn:aws:iam::123456789012:role/operators"],
            "privateAccessCidrs": ["10.9.0.0/16"],
        },
        "registry": True,
    },
}
Previewed = Callable[[str], dict[Key, Planned]]


@pytest.fixture(scope="module")
def previewed(account: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    """What `prod` with a choice would make, held against the policies; the preview of each choice is made once."""

    @cache
    def preview(variant: str) -> dict[Key, Planned]:
        chosen = _network_in(account) if variant == _NETWORK else (_VARIANTS | _OTHERS)[variant]
        stack = PulumiStack(name="prod", folder=tmp_path_factory.mktemp(variant), variables=account.environment)
        stack.write(_settings(chosen))
        stack.select()
        return planned(stack, "--policy-pack", "policies")

    return preview


@pytest.mark.parametrize("variant", [*_VARIANTS, _NETWORK])
def test_a_choice_stands_for_the_recorded_difference(variant: str, previewed: Previewed, golden: Golden) -> None:
    _hold(golden, variant, described(previewed(variant)))


def test_a_cluster_that_is_there_stands_for_the_recorded_difference(
    make_stack: MakeStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    # Unlike one that is still to be made, it is asked whether it would take each object.
    running = toolchain.cluster.up(Cache.of(os.environ))
    with simulated_aws(*clusters_are(running)) as account:
        for name, value in account.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PATH", f"{command_line(tmp_path, running)}{os.pathsep}{os.environ['PATH']}")
        ExistingCluster().make(account, "somebody-s")
        chosen = {"network": {}, "cluster": {"existing": "somebody-s"}}
        _hold(golden, "existing-cluster", resources(make_stack(_settings(chosen), "prod")))


def test_a_managed_collector_is_let_in_at_collectors_from_the_cluster_s_subnets(
    make_stack: MakeStack, simulated_account: SimulatedAws
) -> None:
    chosen = {**_network_in(simulated_account), **_VARIANTS["scraper"]}
    found = planned(make_stack(_settings(chosen), "prod"))
    for plane in ("prod", "staging", "dev"):
        policy = found["kubernetes:networking.k8s.io/v1:NetworkPolicy", f"{plane}-collector-from-aws-scraper"].inputs
        assert policy is not None
        assert policy["metadata"]["namespace"] == f"planewatch-prod-{plane}"
        assert policy["spec"]["policyTypes"] == ["Ingress"]
        (rule,) = policy["spec"]["ingress"]
        assert [port["port"] for port in rule["ports"]] == [COLLECTOR_METRICS, COLLECTOR_TELEMETRY]
        assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == ["10.90.0.0/24", "10.90.1.0/24"]
        # What has gone by the last scrape is fetched by the next before a collector goes.
        pod = found["kubernetes:apps/v1:Deployment", f"{plane}-collector"].inputs
        assert pod is not None
        assert pod["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 30


def test_nothing_is_made_in_the_cluster_before_whoever_makes_it_gets_there(previewed: Previewed) -> None:
    found = previewed(_REACHED)
    assert {
        ("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "cluster-admin-operators"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cluster-api-from-10.9.0.0/16"),
    } <= found["kubernetes:core/v1:Namespace", "prod-namespace"].after


def test_auto_mode_enforces_network_policies_which_allow_dns(previewed: Previewed) -> None:
    found = previewed("automatic")
    switch = found["kubernetes:core/v1:ConfigMap", "network-policies"].inputs
    assert switch is not None
    assert (switch["metadata"]["namespace"], switch["metadata"]["name"]) == ("kube-system", "amazon-vpc-cni")
    assert switch["data"] == {"enable-network-policy-controller": "true"}
    for zone in ("control", "prod", "staging", "dev"):
        policy = found["kubernetes:networking.k8s.io/v1:NetworkPolicy", f"{zone}-dns"].inputs
        assert policy is not None
        (rule,) = policy["spec"]["egress"]
        assert {"ipBlock": {"cidr": "172.20.0.10/32"}} in rule["to"]
        assert [port["port"] for port in rule["ports"]] == [53, 53]


@pytest.mark.parametrize(
    ("variant", "where"),
    [(_REACHED, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/planewatch-prod/"), ("automatic", "images.example/")],
)
def test_own_images_come_from_the_stack_s_repositories_or_from_where_it_says(
    previewed: Previewed, variant: str, where: str
) -> None:
    found = previewed(variant)
    for workload in ("control-console", "prod-api"):
        inputs = found["kubernetes:apps/v1:Deployment", workload].inputs
        assert inputs is not None
        (container,) = inputs["spec"]["template"]["spec"]["containers"]
        assert container["image"].startswith(f"{where}{workload.rpartition('-')[2]}:")


def _hold(golden: Golden, variant: str, found: list[str]) -> None:
    usual = (GOLDEN / "prod.txt").read_text().splitlines()
    golden.hold(GOLDEN.parent / "variants" / f"prod-{variant}.txt", difference(usual, found))


def _settings(chosen: dict[str, Any]) -> Settings:
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["aws"] = {**settings["aws"], **chosen}
    if settings["aws"]["metrics"].get("collection") == "scraper":
        settings["controlPlane"]["scrapeIntervalSeconds"] = 30
    if settings["aws"].get("registry") is False:
        settings["images"] = _ELSEWHERE
    return settings


def _network_in(account: SimulatedAws) -> dict[str, Any]:
    """Make a network that a stack finds; returns what a stack file says of it."""
    return {"network": replaced(EXISTING, make_network(account))}
