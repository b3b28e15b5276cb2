"""What cannot work is refused in one line, before anything is made where that can be known."""

from dataclasses import replace
from pathlib import Path

import pytest

from delivery import diagnosis
from delivery.aws.account import Account
from tests.engine.aws_plugin.harness import AwsProject
from tests.harness.aws import REGION
from toolchain.obtain.stand_ins import AWS_VERSION

pytestmark = pytest.mark.engine

VPC = 'aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16")'
CLUSTER = """
vpc = aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16")
subnets = [
    aws.ec2.Subnet(z, vpc_id=vpc.id, cidr_block=f"10.8.{n}.0/24", availability_zone=f"eu-central-1{z}")
    for n, z in enumerate("ab")
]
aws.eks.Cluster(
    "cluster",
    role_arn=aws.iam.Role("role", assume_role_policy=TRUST).arn,
    vpc_config={"subnet_ids": [subnet.id for subnet in subnets]},
)
"""


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
    project: AwsProject, variables: dict[str, str], words: str
) -> None:
    refused = replace(project, extra=variables)
    assert words in refused.preview(VPC, fails=True)


def test_a_preview_tells_faults_in_one_line(project: AwsProject) -> None:
    output = project.preview('aws.kms.Key("key", key_usage="NOTHING")', fails=True)
    assert "keyUsage: must be one of SIGN_VERIFY" in output
    output = project.preview('aws.ec2.Instance("i", ami="ami-1", instance_type="t3.micro")', fails=True)
    assert "does not know aws:ec2/instance:Instance" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("call", "program", "words"),
    [
        ("ec2:CreateVpc", VPC, "Too many of them. (Refused)"),
        ("eks:CreateCluster", CLUSTER, "Too many of them. (Refused)"),
        ("iam:CreateRole", 'aws.iam.Role("role", assume_role_policy=TRUST)', "Too many of them. (Refused)"),
        ("sts:GetCallerIdentity", 'pulumi.export("a", aws.get_caller_identity().id)', "Too many of them. (Refused)"),
    ],
    ids=["EC2", "REST", "query", "function"],
)
def test_what_the_api_refuses_is_told_in_its_own_words(
    project: AwsProject, call: str, program: str, words: str
) -> None:
    with project.aws.told({call: {"code": "Refused", "message": "Too many of them."}}):
        assert words in project.up(program, fails=True)


def test_what_a_refusal_means_is_read_from_the_log_of_events(project: AwsProject, tmp_path: Path) -> None:
    log, account = tmp_path / "events", Account(stack="s", region=REGION, environ={})
    debugged = replace(project, extra={"PULUMI_DEBUG_COMMANDS": "true"})
    with project.aws.told({"ec2:CreateVpc": {"code": "VpcLimitExceeded", "message": "The maximum has been reached."}}):
        debugged.up(VPC, "--event-log", str(log), fails=True)
    (said,) = diagnosis.advice(log, account)
    assert said.startswith("a quota of the account is used up: VPCs per Region (vpc, L-F678F1CE)")
    assert "created" in project.up()
