"""What counts as a change, where it is, and whether it replaces: on values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolchain.standins.kubernetes import managers
from toolchain.standins.kubernetes.diff import differences, parsed, same_quantity, spelled
from toolchain.standins.kubernetes.immutable import Path, immutable_fields, replaces
from toolchain.standins.kubernetes.objects import Kind
from toolchain.standins.servicer.values import UNKNOWN, Props, Value

steps = st.integers(0, 9) | st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1).filter(
    lambda name: "\\" not in name
)


@given(st.text("abc/", min_size=1), st.lists(steps, max_size=4))
def test_paths_are_read_as_they_are_written(first: str, rest: list[str | int]) -> None:
    path = (first, *rest)
    assert parsed(spelled(path)) == path


def test_changes_carry_their_paths() -> None:
    old: Props = {"metadata": {"labels": {"a.b/c": "1", "gone": "x"}}, "spec": {"list": [1, {"a": 1}], "same": True}}
    new: Props = {"metadata": {"labels": {"a.b/c": "2"}}, "spec": {"list": [1, {"a": 1, "b": UNKNOWN}], "same": True}}
    found = {spelled(d.path): d.how for d in differences(old, new)}
    assert found == {
        'metadata.labels["a.b/c"]': "update",
        "metadata.labels.gone": "delete",
        "spec.list[1].b": "add",
    }


def test_true_is_not_one_but_one_is_a_whole_float() -> None:
    assert [d.path for d in differences({"a": True, "b": 1}, {"a": 1, "b": 1.0})] == [("a",)]


@pytest.mark.parametrize(
    ("one", "other"), [("1000m", 1), ("1Gi", "1024Mi"), ("0.5", "500m"), ("1e3", "1k"), ("128974848", "123Mi")]
)
def test_equal_quantities(one: Value, other: Value) -> None:
    assert same_quantity(one, other)
    assert differences({"a": one}, {"a": other})[0].spelling


@pytest.mark.parametrize(
    ("one", "other"), [("1000m", 2), ("1Gi", "1G"), ("abc", "abc1"), (True, 1), ("1.2.3", "1.2.3")]
)
def test_unequal_quantities(one: Value, other: Value) -> None:
    assert not same_quantity(one, other)


@pytest.mark.parametrize(
    ("kind", "path", "news", "expected"),
    [
        (("apps", "Deployment"), ("spec", "selector", "matchLabels", "a"), {}, True),
        (("apps", "Deployment"), ("spec", "template", "spec"), {}, False),
        (("apps", "StatefulSet"), ("spec", "serviceName"), {}, True),
        (("apps", "StatefulSet"), ("spec", "replicas"), {}, False),
        (("batch", "Job"), ("spec", "template", "spec", "containers", 0, "image"), {}, True),
        (("", "Service"), ("spec", "clusterIP"), {}, True),
        (("", "Service"), ("spec", "ports", 0, "port"), {}, False),
        (("", "PersistentVolumeClaim"), ("spec", "accessModes", 0), {}, True),
        (("", "PersistentVolumeClaim"), ("spec", "resources", "requests", "storage"), {}, False),
        (("rbac.authorization.k8s.io", "RoleBinding"), ("roleRef", "name"), {}, True),
        (("storage.k8s.io", "StorageClass"), ("provisioner",), {}, True),
        (("", "ConfigMap"), ("data", "a"), {}, True),
        (("", "ConfigMap"), ("metadata", "labels", "a"), {}, False),
        (("", "Secret"), ("data",), {}, True),
        (("", "Pod"), ("spec", "containers", 1, "image"), {}, True),
        (("", "Pod"), ("spec", "containers", 1), {}, True),
        (("", "Pod"), ("spec", "activeDeadlineSeconds"), {}, False),
        (("", "Service"), ("spec",), {"spec": {"ports": []}}, False),
        (("", "Service"), ("spec",), {"spec": {"clusterIP": "None"}}, True),
        (("any.example.com", "Thing"), ("metadata", "name"), {}, True),
        (("any.example.com", "Thing"), ("metadata", "namespace"), {}, True),
        (("any.example.com", "Thing"), ("spec", "selector"), {}, False),
    ],
)
def test_the_table_of_immutable_fields(kind: tuple[str, str], path: Path, news: Props, expected: bool) -> None:
    fields = immutable_fields(Kind(kind[0], "v1", kind[1]), news, mutable_config=False, mutable_secret=False)
    assert replaces(path, news, fields) is expected


def test_configuration_may_be_mutable_unless_it_says_otherwise() -> None:
    kind = Kind("", "v1", "ConfigMap")
    fields = immutable_fields(kind, {}, mutable_config=True, mutable_secret=True)
    assert not replaces(("data", "a"), {}, fields)
    fields = immutable_fields(kind, {"immutable": True}, mutable_config=True, mutable_secret=True)
    assert replaces(("data", "a"), {}, fields)


def entry(manager: str, operation: str, fields: Props, subresource: str = "") -> Value:
    made: Props = {"manager": manager, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields}
    return made | ({"subresource": subresource} if subresource else {})


def test_an_apply_takes_the_creation_s_fields_over_and_no_others() -> None:
    live: Props = {
        "metadata": {
            "resourceVersion": "7",
            "managedFields": [
                entry("pulumi-kubernetes", "Update", {"f:data": {"f:a": {}}}),
                entry("pulumi-kubernetes-1", "Apply", {"f:data": {"f:b": {}}}),
                entry("kubectl", "Apply", {"f:data": {"f:c": {}}}),
                entry("kube-controller-manager", "Update", {"f:status": {}}, "status"),
            ],
        }
    }
    patch = managers.take_over(live, "pulumi-kubernetes-1")
    assert patch == [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": [
                entry("pulumi-kubernetes-1", "Apply", {"f:data": {"f:a": {}, "f:b": {}}}),
                entry("kubectl", "Apply", {"f:data": {"f:c": {}}}),
                entry("kube-controller-manager", "Update", {"f:status": {}}, "status"),
            ],
        },
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
    ]
    assert managers.owned_by_others_only(live, ("data", "c"), "pulumi-kubernetes-1")
    assert not managers.owned_by_others_only(live, ("data", "a"), "pulumi-kubernetes-1")
    assert not managers.owned_by_others_only(live, ("data", "nobody"), "pulumi-kubernetes-1")


def test_nothing_is_taken_over_where_nothing_is_left() -> None:
    live: Props = {"metadata": {"managedFields": [entry("pulumi-kubernetes-1", "Apply", {"f:data": {}})]}}
    assert managers.take_over(live, "pulumi-kubernetes-1") is None
