"""Functions about what somebody else made: found with what a program needs of it, or told that it is not there."""

from typing import Any, cast

import pytest

from tests.harness.aws import REGION, SimulatedAws
from tests.harness.aws_existing import AGENT, ExistingCluster
from toolchain.simulated_aws.plugin import settings
from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.invokes import INVOKES
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props

NAME = "somebody-s"


@pytest.fixture(scope="module")
def subnet(aws: SimulatedAws) -> str:
    """The first subnet of a cluster that is there, with an add-on and its OIDC provider."""
    return ExistingCluster(issuer=True, authentication="API_AND_CONFIG_MAP").make(aws, NAME)[0]


def ask(aws: SimulatedAws, function: str, **args: Any) -> Props:
    connection = Connection(settings.read(cast("Props", {"region": REGION}), aws.environment))
    return INVOKES[f"aws:{function}"](connection, args)


def test_a_cluster_is_found_with_all_that_leads_to_it(aws: SimulatedAws, subnet: str) -> None:
    assert NAME in cast("list[str]", ask(aws, "eks/getClusters:getClusters")["names"])
    found: Any = ask(aws, "eks/getCluster:getCluster", name=NAME)
    assert (found["version"], found["status"]) == ("1.36", "ACTIVE")
    assert found["arn"].endswith(f":cluster/{NAME}")
    assert found["endpoint"].startswith("https://")
    assert found["certificateAuthorities"][0]["data"]
    assert found["accessConfigs"] == [{"authenticationMode": "API_AND_CONFIG_MAP"}]
    network = found["vpcConfig"]
    assert subnet in network["subnetIds"]
    assert network["clusterSecurityGroupId"].startswith("sg-")
    vpc: Any = ask(aws, "ec2/getSubnet:getSubnet", id=subnet)
    assert (vpc["vpcId"], vpc["cidrBlock"]) == (network["vpcId"], "10.3.0.0/24")
    url = found["identities"][0]["oidcs"][0]["issuer"]
    issuer = ask(aws, "iam/getOpenIdConnectProvider:getOpenIdConnectProvider", url=url)
    assert str(issuer["arn"]).endswith(url.removeprefix("https://"))
    assert ask(aws, "iam/getOpenIdConnectProvider:getOpenIdConnectProvider", arn=issuer["arn"]) == issuer
    assert ask(aws, "eks/getAddon:getAddon", clusterName=NAME, addonName=AGENT)["addonName"] == AGENT


@pytest.mark.usefixtures("subnet")
@pytest.mark.parametrize(
    ("function", "args", "words"),
    [
        ("eks/getCluster:getCluster", {"name": "nobody-s"}, f"no EKS cluster nobody-s in {REGION}"),
        ("eks/getAddon:getAddon", {"clusterName": NAME, "addonName": "coredns"}, "has no add-on coredns"),
        ("eks/getAddon:getAddon", {"clusterName": "nobody-s", "addonName": AGENT}, "nobody-s has no add-on"),
        ("eks/getNodeGroups:getNodeGroups", {"clusterName": "nobody-s"}, "nobody-s"),
        (
            "eks/getNodeGroup:getNodeGroup",
            {"clusterName": NAME, "nodeGroupName": "default"},
            "has no node group default",
        ),
        (
            "iam/getOpenIdConnectProvider:getOpenIdConnectProvider",
            {"url": "https://oidc.example"},
            "no OIDC provider https://oidc.example",
        ),
        ("ec2/getSubnet:getSubnet", {"id": "subnet-0a1b2c3d"}, "no matching EC2 Subnet found"),
    ],
)
def test_what_is_not_there_is_reported(aws: SimulatedAws, function: str, args: Any, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        ask(aws, function, **args)
