"""What the console may ask, of how many workspaces."""

import json

import pytest

from components.aws.policy import document
from config.settings import MOST_WORKSPACES
from infra.platforms.eks.metrics import may_ask
from tests.components.declaring import value_of


@pytest.mark.parametrize(("partition", "region"), [("aws", "ap-southeast-1"), ("aws-us-gov", "us-gov-west-1")])
def test_one_role_can_name_as_many_workspaces_as_a_stack_may_have(partition: str, region: str) -> None:
    arn = f"arn:{partition}:aps:{region}:123456789012:workspace/ws-12345678-1234-1234-1234-123456789012"
    policy = value_of(document(may_ask(*[arn] * MOST_WORKSPACES)))
    # IAM counts no white space, and allows 10,240 characters.
    assert 9_000 < len(json.dumps(json.loads(policy), separators=(",", ":"))) <= 10_240
