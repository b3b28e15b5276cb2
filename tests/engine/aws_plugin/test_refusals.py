"""What cannot work is refused in one line, before anything is made where that can be known."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from delivery import diagnosis
from delivery.aws.account import Account
from tests.engine.aws_plugin.harness import AwsProject
from tests.harness.aws import REGION, SimulatedAws
from tests.harness.provider import Asked, asked, refusal
from toolchain.obtain.stand_ins import AWS_VERSION
from toolchain.simulated_aws.plugin.server import AwsProvider
from toolchain.standins.servicer.values import Props

VPC = 'aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16")'
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
CLUSTER: Props = {
    "roleArn": "arn:aws:iam::123456789012:role/a",
    "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"]},
}
REFUSED = "Too many of them. (Refused)"


@pytest.fixture
def plugin() -> Iterator[Asked]:
    with asked(AwsProvider()) as made:
        yield made


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"AWS": ""}, f"pulumi plugin install resource aws {AWS_VERSION} --reinstall"),
        ({"AWS": ""}, "for a preview without an account, `make preview STACK=… AWS=simulated`"),
        ({"AWS_ENDPOINT_URL": "https://ec2.eu-central-1.amazonaws.com"}, "is not on this machine"),
        ({"AWS_ENDPOINT_URL": ""}, "has no endpoint"),
    ],
)
def test_nothing_but_a_simulated_api_on_this_machine(
    plugin: Asked, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (reason,) = plugin.check_settings({"region": REGION})
    assert words in reason
    # Whoever leaves the check out gets no further.
    with refusal(words):
        plugin.configure({"region": REGION})


@pytest.mark.engine
def test_a_real_api_is_refused_before_a_preview_begins(project: AwsProject) -> None:
    refused = replace(project, extra={"AWS": ""})
    assert f"pulumi plugin install resource aws {AWS_VERSION} --reinstall" in refused.preview(VPC, fails=True)


@pytest.mark.engine
def test_a_preview_reports_faults_in_one_line(project: AwsProject) -> None:
    output = project.preview('aws.kms.Key("key", key_usage="NOTHING")', fails=True)
    assert "keyUsage: must be one of SIGN_VERIFY" in output
    output = project.preview('aws.ec2.Instance("i", ami="ami-1", instance_type="t3.micro")', fails=True)
    assert "does not support aws:ec2/instance:Instance" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("call", "token", "inputs"),
    [
        ("ec2:CreateVpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.8.0.0/16"}),
        ("eks:CreateCluster", "aws:eks/cluster:Cluster", CLUSTER),
        ("iam:CreateRole", "aws:iam/role:Role", {"assumeRolePolicy": TRUST}),
    ],
    ids=["EC2", "REST", "query"],
)
def test_what_the_api_refuses_is_reported_in_its_own_words(
    plugin: Asked, aws: SimulatedAws, call: str, token: str, inputs: Props
) -> None:
    plugin.configure({"region": REGION})
    with aws.with_faults({call: {"code": "Refused", "message": "Too many of them."}}), refusal(REFUSED):
        plugin.create(token, inputs)


def test_what_the_api_refuses_to_a_function_is_reported_in_its_own_words(plugin: Asked, aws: SimulatedAws) -> None:
    plugin.configure({"region": REGION})
    with (
        aws.with_faults({"sts:GetCallerIdentity": {"code": "Refused", "message": "Too many of them."}}),
        refusal(REFUSED),
    ):
        plugin.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})


@pytest.mark.engine
def test_a_refusal_reaches_the_user(project: AwsProject) -> None:
    with project.aws.with_faults({"ec2:CreateVpc": {"code": "Refused", "message": "Too many of them."}}):
        assert REFUSED in project.up(VPC, fails=True)


@pytest.mark.engine
def test_what_a_refusal_means_is_read_from_the_log_of_events(project: AwsProject, tmp_path: Path) -> None:
    log, account = tmp_path / "events", Account(stack="s", region=REGION, environ={})
    debugged = replace(project, extra={"PULUMI_DEBUG_COMMANDS": "true"})
    with project.aws.with_faults(
        {"ec2:CreateVpc": {"code": "VpcLimitExceeded", "message": "The maximum has been reached."}}
    ):
        debugged.up(VPC, "--event-log", str(log), fails=True)
    (said,) = diagnosis.advice(log, account)
    assert said.startswith("a quota of the account is exhausted: VPCs per Region (vpc, L-F678F1CE)")
    assert "created" in project.up()
