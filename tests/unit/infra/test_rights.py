"""Rights: when a rule gives one, and how the missing ones are told."""

import pytest

from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.cluster_api.answers import Object
from infra.platforms.kubernetes.kinds import Kind
from infra.platforms.kubernetes.preflight.rights import Right, lines

DEPLOYMENTS = kinds.DEPLOYMENT


def right(verb: str = "create", namespace: str = "a", kind: Kind = DEPLOYMENTS) -> Right:
    return Right(kind=kind, verb=verb, namespace=namespace)


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ({"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "create"]}, True),
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, True),
        ({"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}, False),
        ({"apiGroups": [""], "resources": ["deployments"], "verbs": ["create"]}, False),
        ({"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["create"]}, False),
        ({"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["create"], "resourceNames": ["x"]}, False),
    ],
)
def test_a_rule_gives_a_right_for_its_group_resource_and_verb(rule: Object, given: bool) -> None:
    assert right().within([rule]) == given


def test_missing_rights_are_told_by_kind_with_verbs_and_namespaces() -> None:
    missing = [right(verb, namespace) for verb in ("create", "patch") for namespace in ("a", "b")]
    missing += [right("get", "c"), right("create", "", kinds.NAMESPACE)]
    assert [line.partition(" (RBAC)")[0] for line in lines(missing, "jane")] == [
        "user jane lacks permission to create, patch deployments (apps) in namespaces a, b",
        "user jane lacks permission to get deployments (apps) in namespace c",
        "user jane lacks permission to create namespaces at cluster scope",
    ]
