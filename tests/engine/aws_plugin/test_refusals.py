"""What cannot work is refused in one line, before anything is made where that can be known."""

from dataclasses import replace

import httpx
import pytest

from tests.engine.aws_plugin.harness import AwsProject
from toolchain.plugins.install import AWS_VERSION

pytestmark = pytest.mark.engine

VPC = 'aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16")'


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"AWS": ""}, f"pulumi plugin install resource aws {AWS_VERSION} --reinstall"),
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


def test_quotas_and_expired_credentials_say_what_to_do(project: AwsProject) -> None:
    def fault(**wanted: dict[str, str]) -> None:
        httpx.post(f"{project.aws.url}/planewatch/faults", json={k.replace("_", ":"): v for k, v in wanted.items()})

    try:
        fault(ec2_CreateVpc={"code": "VpcLimitExceeded", "message": "The maximum number of VPCs has been reached."})
        output = project.up(VPC, fails=True)
        assert "quota is used up: VPCs per Region" in output
        fault(sts_GetCallerIdentity={"code": "ExpiredToken", "message": "The security token is expired"})
        assert "have expired; log in again with: aws sso login" in project.up(fails=True)
    finally:
        fault()
    assert "created" in project.up()
