"""IAM as it was made, read back from the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.harness.aws import SimulatedAws

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role: whom it trusts, what its own policies say by name, and the ARNs of managed policies."""

    name: str
    arn: str
    trust: Document
    policies: dict[str, Document]
    managed: frozenset[str]
    tags: dict[str, str]


def roles_of(aws: SimulatedAws, prefix: str) -> dict[str, Role]:
    """Return the roles whose names begin with ``prefix``, by the rest of their names."""
    iam = aws.client("iam")
    found = {}
    for entry in iam.get_paginator("list_roles").paginate().search("Roles[]"):
        name = entry["RoleName"]
        if not name.startswith(prefix):
            continue
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        found[name.removeprefix(prefix)] = Role(
            name=name,
            arn=entry["Arn"],
            trust=entry["AssumeRolePolicyDocument"],
            policies={
                policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in inline
            },
            managed=frozenset(policy["PolicyArn"] for policy in attached),
            tags={tag["Key"]: tag["Value"] for tag in iam.list_role_tags(RoleName=name)["Tags"]},
        )
    return found


def resource_policies(aws: SimulatedAws, prefix: str) -> dict[str, Document]:
    """Return the policies of the stack's keys and topics, by kind and name."""
    kms, sns = aws.client("kms"), aws.client("sns")
    found = {
        alias["AliasName"]: json.loads(kms.get_key_policy(KeyId=alias["TargetKeyId"], PolicyName="default")["Policy"])
        for alias in kms.list_aliases()["Aliases"]
        if alias["AliasName"].startswith(f"alias/{prefix}")
    }
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        if arn.rpartition(":")[2].startswith(prefix):
            found[arn] = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
    return found


def statements(document: Document) -> Iterator[Document]:
    """Give a document's statements, whether it has one or a list."""
    found = document["Statement"]
    yield from found if isinstance(found, list) else [found]


def many(value: object) -> list[str]:
    """Give a member that may be one text or a list as a list."""
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]
