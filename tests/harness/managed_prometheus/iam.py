"""Policies of roles as an IAM keeps them (a simulated one, in tests): inline ones and attached ones."""

import json
from collections.abc import Callable
from typing import Any

from tests.harness.managed_prometheus.policies import Policy

Lookup = Callable[[str], tuple[Policy, ...]]


def policies_in(iam: Any) -> Lookup:
    """Return a look-up by a role's ARN in what the boto3 client ``iam`` reaches; an unknown role has no policies.

    It asks each time: what a stack changes holds for the next request.
    """

    def policies_of(role_arn: str) -> tuple[Policy, ...]:
        role = role_arn.rpartition("/")[2]
        try:
            inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
            attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        except iam.exceptions.NoSuchEntityException:
            return ()
        documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline]
        documents += [_default_version(iam, policy["PolicyArn"]) for policy in attached]
        return tuple(Policy.model_validate(_parsed(document)) for document in documents)

    return policies_of


def _default_version(iam: Any, arn: str) -> object:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _parsed(document: object) -> object:
    return json.loads(document) if isinstance(document, str) else document
