"""A cluster that somebody else keeps: nothing of it is made, and one that cannot carry the stack is told beforehand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.engine.aws_stack.made import roles_of, statements
from tests.harness.aws import REGION, SimulatedAws, simulated_aws
from tests.harness.aws_existing import AGENT, ExistingCluster
from tests.harness.projects import Machine
from tests.harness.settings import Settings

NAME = "somebody-s"
OF_THE_CLUSTER = (
    "aws:ec2/",
    "aws:vpc/",
    "aws:eks/cluster",
    "aws:eks/nodeGroup",
    "aws:eks/addon",
    "aws:eks/accessEntry",
)


def settings_for(cluster: str, *, interval_s: int = 10, **changes: Any) -> Settings:
    made = aws_settings(registry=False, cluster={"existing": cluster}, **changes)
    made["controlPlane"]["scrapeIntervalSeconds"] = interval_s
    del made["aws"]["network"]
    return made


@contextmanager
def account_with(cluster: ExistingCluster) -> Iterator[SimulatedAws]:
    """An account of its own: in the others, somebody counts what there is."""
    with simulated_aws() as account:
        cluster.make(account, NAME)
        yield account


@pytest.fixture(scope="module")
def found(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsHalf]:
    with account_with(ExistingCluster(issuer=True)) as account:
        made = AwsHalf(machine, tmp_path_factory.mktemp("found") / "project", account, "found").create()
        made.write(settings_for(NAME))
        made.up()
        yield made


def test_nothing_of_the_cluster_or_its_network_is_made(found: AwsHalf) -> None:
    recorded = json.loads(found.state_text())["deployment"]["resources"]
    types = {str(resource["type"]) for resource in recorded}
    assert {"aws:amp/workspace:Workspace", "aws:eks/podIdentityAssociation:PodIdentityAssociation"} <= types
    assert [kind for kind in types if kind.startswith(OF_THE_CLUSTER)] == []
    found.unchanged()


def test_roles_are_for_pods_of_that_cluster(found: AwsHalf) -> None:
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{NAME}"
    made = roles_of(found.aws, "planewatch-found-")
    assert made.keys() == {"prometheus", "console"}
    for role in made.values():
        (statement,) = statements(role.trust)
        assert statement["Condition"]["StringEquals"]["aws:RequestTag/eks-cluster-arn"] == arn
    associations = found.aws.client("eks").list_pod_identity_associations(clusterName=NAME)["associations"]
    assert {one["serviceAccount"] for one in associations} == {"prometheus", "console"}


def test_its_oidc_provider_vouches_for_service_accounts(found: AwsHalf) -> None:
    iam = found.aws.client("iam")
    (provider,) = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    found.write(settings_for(NAME, identity="irsa"))
    try:
        steps = found.steps()
    finally:
        found.write(settings_for(NAME))
    assert not any("OpenIdConnectProvider" in step["urn"] for step in steps.values())
    trust = steps["prometheus"]["newState"]["inputs"]["assumeRolePolicy"]
    assert provider["Arn"] in trust
    assert ":sub" in trust


def test_a_cluster_that_is_not_there_is_reported_with_those_that_are(found: AwsHalf) -> None:
    found.write(settings_for("nobody-s"))
    try:
        output = found.run("preview", fails=True)
    finally:
        found.write(settings_for(NAME))
    assert f"planewatch:aws.cluster.existing: cluster nobody-s not found; region {REGION} has {NAME}" in " ".join(
        output.split()
    )
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("cluster", "changes", "said"),
    [
        (
            ExistingCluster(version="1.31", authentication="CONFIG_MAP", private=False, family="ipv6"),
            {"metrics": {"collection": "scraper"}, "interval_s": 30},
            [
                "it runs Kubernetes 1.31; supported are 1.34, 1.35, 1.36",
                "its pods have IPv6 addresses",
                "its authentication mode is CONFIG_MAP",
                "its API has no private endpoint",
                "or set planewatch:aws.metrics.collection: agents",
            ],
        ),
        (
            ExistingCluster(agent=False),
            {},
            [
                f"planewatch:aws.identity is pod-identity, but cluster {NAME} has no add-on {AGENT}",
                f"aws eks create-addon --region {REGION} --cluster-name {NAME} --addon-name {AGENT}",
                "or set planewatch:aws.identity: irsa",
            ],
        ),
        (
            ExistingCluster(),
            {"identity": "irsa"},
            [
                f"planewatch:aws.identity is irsa, but IAM has no OIDC provider for cluster {NAME}",
                f"eksctl utils associate-iam-oidc-provider --cluster {NAME} --approve",
                "or set planewatch:aws.identity: pod-identity",
            ],
        ),
    ],
    ids=["unfit", "no agent", "no issuer"],
)
def test_a_cluster_that_cannot_carry_the_stack_is_reported_before_anything_is_made(
    machine: Machine, tmp_path: Path, cluster: ExistingCluster, changes: dict[str, Any], said: list[str]
) -> None:
    with account_with(cluster) as account:
        refused = AwsHalf(machine, tmp_path / "project", account, "refused").create()
        refused.write(settings_for(NAME, **changes))
        output = " ".join(refused.run("preview", fails=True).split())
        assert [words for words in said if words not in output] == []
        assert "Traceback" not in output
        assert refused.state() == {}
