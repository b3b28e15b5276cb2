"""Roles that a stack made in a simulated account are what the frontend goes by."""

import json

from tests.harness.aws import simulated_aws
from tests.harness.managed_prometheus.iam import policies_in
from tests.harness.managed_prometheus.identities import role_arn
from tests.harness.managed_prometheus.local import arn
from tests.harness.managed_prometheus.policies import is_allowed


def _document(action: str, resource: str) -> str:
    statement = {"Sid": "Write", "Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_inline_and_attached_policies_of_a_role_count() -> None:
    with simulated_aws() as account:
        iam = account.client("iam")
        trust = _document("sts:AssumeRole", "*")
        for name in ("shop", "qa"):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(
            RoleName="shop", PolicyName="write", PolicyDocument=_document("aps:RemoteWrite", arn("ws-shop"))
        )
        made = iam.create_policy(PolicyName="query", PolicyDocument=_document("aps:QueryMetrics", arn("*")))
        iam.attach_role_policy(RoleName="shop", PolicyArn=made["Policy"]["Arn"])
        policies_of = policies_in(iam)
        shop, qa, nobody = (policies_of(role_arn(name)) for name in ("shop", "qa", "nobody"))
    assert is_allowed(shop, "aps:RemoteWrite", arn("ws-shop"))
    assert is_allowed(shop, "aps:QueryMetrics", arn("ws-qa"))
    assert not is_allowed(shop, "aps:RemoteWrite", arn("ws-qa"))
    assert (qa, nobody) == ((), ())
