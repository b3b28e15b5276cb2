"""What cannot be on AWS is told before anything is made, with what there is instead."""

import re
import warnings
from typing import Any

import pulumi
import pytest

from config.load import Stack
from config.settings import StackSettings
from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine

with warnings.catch_warnings():
    # The SDK warns of its own deprecated resources when it is loaded.
    warnings.simplefilter("ignore", DeprecationWarning)
    from infra.platforms.eks.platform import make_platform

NETWORK = {"cidr": "10.64.0.0/16", "nat": "one"}


@pytest.fixture(scope="module")
def refused(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> AwsHalf:
    """A half that is only ever previewed."""
    return AwsHalf(machine, tmp_path_factory.mktemp("refused") / "project", aws, "refused").create()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"network": {**NETWORK, "zones": ["eu-central-1a", "eu-central-1q"]}},
            "aws.network.zones: eu-central-1q not available; region eu-central-1 has eu-central-1a, eu-central-1b, ",
        ),
        (
            # In the simulated account the zone use1-az3 is called so, in others anything else.
            {"region": "us-east-1", "network": {**NETWORK, "zones": ["us-east-1d", "us-east-1e"]}},
            "us-east-1e not available; region us-east-1 has us-east-1a, us-east-1b, us-east-1c, us-east-1d",
        ),
        (
            {"region": "us-west-1", "network": {**NETWORK, "zones": 3}},
            "aws.network.zones must be ≤ 2 (got 3); region us-west-1 has us-west-1a, us-west-1b",
        ),
        ({"account": "210987654321"}, ACCOUNT),
    ],
    ids=["zone", "zone without EKS", "zone count", "account"],
)
def test_what_the_account_does_not_have_is_refused(refused: AwsHalf, changes: dict[str, Any], said: str) -> None:
    refused.write(aws_settings(registry=False, **changes))
    output = refused.run("preview", fails=True)
    assert said in output
    assert "Traceback" not in output
    assert refused.state() == {}


@pytest.mark.parametrize(
    ("call", "code", "message", "said"),
    [
        (
            "sts:GetCallerIdentity",
            "ExpiredToken",
            "The security token included in the request is expired",
            (
                "The security token included in the request is expired (ExpiredToken)",
                "credentials used: no profile: planewatch:aws.profile, AWS_PROFILE and AWS_ACCESS_KEY_ID are not set",
                "To continue, create a profile with `aws configure sso`",
            ),
        ),
        (
            "ec2:DescribeAvailabilityZones",
            "UnauthorizedOperation",
            "User: me is not authorized to perform: ec2:DescribeAvailabilityZones on resource: *",
            (
                "cannot query the account:",
                "not authorized to perform: ec2:DescribeAvailabilityZones on resource: *",
            ),
        ),
        (
            "ec2:DescribeAvailabilityZones",
            "RequestLimitExceeded",
            "Request limit exceeded.",
            ("cannot query the account:", "Request limit exceeded. (RequestLimitExceeded)"),
        ),
    ],
    ids=["expired", "denied", "throttled"],
)
def test_what_aws_does_not_answer_is_reported_in_its_words(
    refused: AwsHalf, call: str, code: str, message: str, said: tuple[str, ...]
) -> None:
    refused.write(aws_settings(registry=False))
    with refused.aws.with_faults({call: {"code": code, "message": message}}):
        output = refused.run("preview", fails=True)
    assert "Traceback" not in output
    for words in said:
        assert words in output
    assert refused.state() == {}


@pytest.fixture(scope="module")
def there(aws: SimulatedAws) -> dict[str, str]:
    """Networks of somebody else's: ids by what they are."""
    ec2 = aws.client("ec2")

    def subnet(vpc: str, cidr: str, zone: str) -> str:
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"eu-central-1{zone}")
        return str(made["Subnet"]["SubnetId"])

    vpc, other = (ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.90.0.0/16", "10.91.0.0/16"))
    return {
        "vpc": vpc,
        "one": subnet(vpc, "10.90.0.0/24", "a"),
        "same zone": subnet(vpc, "10.90.1.0/24", "a"),
        "small": subnet(vpc, "10.90.2.0/28", "b"),
        "elsewhere": subnet(other, "10.91.0.0/24", "b"),
    }


def test_every_fault_of_an_existing_network_is_reported_before_anything_is_made(
    refused: AwsHalf, there: dict[str, str]
) -> None:
    nowhere = f"subnet-{'0' * 17}"
    place = "planewatch:aws.network.existing"

    def errors_with(services: str, private: list[str], vpc: str = there["vpc"]) -> str:
        existing = {"vpcId": vpc, "privateSubnetIds": private}
        network, cluster = {**NETWORK, "existing": existing}, {"serviceCidr": services}
        refused.write(aws_settings(registry=False, network=network, cluster=cluster))
        return refused.run("preview", fails=True)

    output = errors_with("10.90.128.0/20", [there["small"], nowhere, there["elsewhere"]])
    assert "planewatch:aws.cluster.serviceCidr 10.90.128.0/20 overlaps 10.90.0.0/16 of the VPC" in output
    assert f"{place}.privateSubnetIds: {nowhere} not found in eu-central-1" in output
    assert f"{place}.privateSubnetIds: {there['elsewhere']} does not belong to VPC {there['vpc']}" in output
    assert f"{place}.privateSubnetIds: {there['small']} (10.90.2.0/28): free addresses must be ≥ 16 (got 11)" in output
    output = errors_with("10.92.0.0/16", [there["one"], there["same zone"]])
    assert f"{place}.privateSubnetIds are all in zone eu-central-1a; EKS requires subnets in at least 2 zones" in output
    gone = f"vpc-{'0' * 17}"
    output = errors_with("10.92.0.0/16", [there["one"], there["small"]], vpc=gone)
    assert f"{place}.vpcId: {gone} not found in eu-central-1" in output
    assert "Traceback" not in output
    assert refused.state() == {}


def test_a_webhook_is_refused_with_what_alerts_have_on_aws_instead() -> None:
    settings = StackSettings.model_validate(aws_settings())
    said = "planewatch:alertWebhookUrl is set; on AWS alerts go to SNS: subscribe the address under"
    # Judged before the first resource: no engine is asked.
    with pytest.raises(pulumi.RunError, match=re.escape(said)):
        make_platform(
            Stack(name="half", settings=settings, alert_webhook_url=pulumi.Output.from_input("https://hook.example"))
        )


def test_a_way_for_alerts_is_refused_where_none_leaves_the_cluster() -> None:
    settings = StackSettings.model_validate({**aws_settings(), "alerts": {"egress": {}}})
    with pytest.raises(pulumi.RunError, match=re.escape("planewatch:alerts.egress is set; on AWS alerts leave by SNS")):
        make_platform(Stack(name="half", settings=settings, alert_webhook_url=None))


def test_the_internet_is_refused_where_no_way_leads_to_it() -> None:
    said = aws_settings(network={"cidr": "10.90.0.0/16", "zones": 2, "nat": "none"})
    named = {"egress": [{"cidrs": ["10.8.0.0/16"]}]}
    said["dataPlanes"]["prod"]["workloads"] = {"api": {"egress": [{}]}, "worker": named}
    settings = StackSettings.model_validate(said)
    with pytest.raises(pulumi.RunError) as caught:
        make_platform(Stack(name="half", settings=settings, alert_webhook_url=None))
    assert re.findall(r"planewatch:dataPlanes\.(\S+)\.egress: without cidrs", str(caught.value)) == [
        "prod.workloads.api"
    ]


def test_own_images_that_are_nowhere_are_reported() -> None:
    def unpublished(*, workload: dict[str, str], **images: dict[str, str]) -> list[str]:
        settings = aws_settings(registry=False)
        settings["dataPlanes"]["prod"]["workloads"] = {"api": workload}
        valid = StackSettings.model_validate({**settings, "images": images})
        with pytest.raises(pulumi.RunError) as caught:
            make_platform(Stack(name="half", settings=valid, alert_webhook_url=None))
        assert "push yours to a registry that the nodes can reach" in str(caught.value)
        return re.findall(r"planewatch:images\.(\w+)\.reference is required", str(caught.value))

    assert unpublished(workload={}) == ["api", "console"]
    assert unpublished(workload={}, console={"reference": "images.example/console:1.0.0"}) == ["api"]
    assert unpublished(workload={"image": "images.example/shop:1.0.0"}) == ["console"]
