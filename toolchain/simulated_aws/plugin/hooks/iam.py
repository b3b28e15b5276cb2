"""IAM, keys, topics and log groups."""

import json
from typing import TYPE_CHECKING, Any

from toolchain.simulated_aws.plugin.hooks.checks import Checking

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

# IAM keeps this many versions of a policy; one more is refused.
VERSIONS = 5
RETENTION_DAYS = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
# Published lengths in characters without white space.
MANAGED_POLICY_CHARACTERS = 6144
TRUST_POLICY_CHARACTERS = 2048


def check_role(checking: Checking) -> None:
    """Check: a trust policy is a document that names who may take the role."""
    document = _document(checking, "assumeRolePolicy", TRUST_POLICY_CHARACTERS)
    for statement in _statements(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            checking.refuse("assumeRolePolicy", "a statement of a trust policy needs a Principal")
        if "Resource" in statement:
            checking.refuse("assumeRolePolicy", "a statement of a trust policy has no Resource")


def check_policy(checking: Checking) -> None:
    """Check: an identity policy says actions and resources, and no principals."""
    document = _document(checking, "policy", MANAGED_POLICY_CHARACTERS)
    for statement in _statements(document):
        if "Principal" in statement:
            checking.refuse("policy", "a statement of an identity policy has no Principal")
        if "Action" not in statement and "NotAction" not in statement:
            checking.refuse("policy", "a statement needs an Action")
        if "Resource" not in statement and "NotResource" not in statement:
            checking.refuse("policy", "a statement needs a Resource")


def check_key(checking: Checking) -> None:
    """Check: a key's policy keeps somebody who can change it, and its waiting period is 7 to 30 days."""
    days = checking.inputs.get("deletionWindowInDays")
    if isinstance(days, int) and not 7 <= days <= 30:  # noqa: PLR2004 - the published bounds
        checking.refuse("deletionWindowInDays", f"must be between 7 and 30 days (got {days})")
    document = _document(checking, "policy", 32 * 1024)
    for statement in _statements(document):
        if "Principal" not in statement:
            checking.refuse("policy", "a statement of a key policy needs a Principal")


def check_retention(checking: Checking) -> None:
    """Check: cloudWatch Logs knows these periods only."""
    days = checking.inputs.get("retentionInDays")
    if isinstance(days, int) and days not in RETENTION_DAYS:
        checking.refuse("retentionInDays", f"must be one of {', '.join(map(str, RETENTION_DAYS))} (days)")


def _document(checking: Checking, prop: str, characters: int) -> dict[str, Any]:
    given = checking.text(prop)
    if not given:
        return {}
    try:
        document = json.loads(given)
    except ValueError as error:
        checking.refuse(prop, f"is not a JSON document: {error}")
        return {}
    if not isinstance(document, dict) or "Statement" not in document:
        checking.refuse(prop, "is not a policy document: it has no Statement")
        return {}
    if document.get("Version") not in ("2012-10-17", "2008-10-17"):
        checking.refuse(prop, "is not a policy document: its Version must be 2012-10-17")
    if len("".join(given.split())) > characters:
        checking.refuse(prop, f"has more than {characters} characters")
    for statement in _statements(document):
        if statement.get("Effect") not in ("Allow", "Deny"):
            checking.refuse(prop, "a statement's Effect must be Allow or Deny")
    return document


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement", [])
    return [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]


def make_room_for_version(resource: "Resource") -> None:
    """Remove the oldest version of a policy when it has as many as IAM keeps."""
    versions = _versions(resource)
    if len(versions) >= VERSIONS:
        oldest = min((one for one in versions if not one["IsDefaultVersion"]), key=lambda one: one["CreateDate"])
        _remove_version(resource, oldest)


def remove_versions(resource: "Resource") -> None:
    """Remove all versions of a policy but the one in use."""
    for version in _versions(resource):
        if not version["IsDefaultVersion"]:
            _remove_version(resource, version)


def _versions(resource: "Resource") -> list[dict[str, Any]]:
    answer: dict[str, Any] = resource.call("list_policy_versions", {"PolicyArn": resource.id}, "list versions of")
    return list(answer["Versions"])


def _remove_version(resource: "Resource", version: dict[str, Any]) -> None:
    params = {"PolicyArn": resource.id, "VersionId": version["VersionId"]}
    resource.call("delete_policy_version", params, "delete a version of")


def detach_policies(resource: "Resource") -> None:
    """Detach what others attached to a role, where the program asks for it, and what the role itself listed."""
    listed = resource.props.get("managedPolicyArns")
    own = listed if isinstance(listed, list) else []
    answer: dict[str, Any] = resource.call("list_attached_role_policies", {"RoleName": resource.id}, "read")
    for policy in answer["AttachedPolicies"]:
        if resource.props.get("forceDetachPolicies") is True or policy["PolicyArn"] in own:
            params = {"RoleName": resource.id, "PolicyArn": policy["PolicyArn"]}
            resource.call("detach_role_policy", params, "detach a policy of")


def topic_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add the policy that a new topic has, and the attributes that only its creation takes."""
    del connection
    if values.get("fifoTopic") is True:
        values["fifo_attributes"] = {"FifoTopic": "true"}
    arn = values.get("id") or values.get("arn")
    actions = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
    more = ("Subscribe", "ListSubscriptionsByTopic", "Publish")
    values["default_topic_policy"] = json.dumps(
        {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{action}" for action in (*actions, *more)],
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": values.get("account")}},
                }
            ],
        }
    )
