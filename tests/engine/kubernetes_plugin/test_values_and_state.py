"""The pure parts around values: secrets on the wire, the state's layout, names, normal form."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolchain.standins.kubernetes import naming, state
from toolchain.standins.kubernetes.naming import set_name
from toolchain.standins.kubernetes.normal import normal
from toolchain.standins.kubernetes.objects import Kind, kind_of_token, prune, with_dashes, with_underscores
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.values import (
    UNKNOWN,
    Props,
    Secret,
    Value,
    from_struct,
    has_unknown,
    reveal,
    to_struct,
)

scalars = st.booleans() | st.integers(-(2**50), 2**50) | st.text() | st.just(UNKNOWN)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(min_size=1).filter(lambda k: not k.startswith("4dabf")), inner)
    ),
    max_leaves=8,
)
props = st.dictionaries(st.sampled_from("abcd"), values | values.map(Secret))


@given(props)
def test_values_survive_the_wire_with_their_secret_marks(given_props: Props) -> None:
    assert from_struct(to_struct(given_props)) == given_props


@given(props)
def test_a_revealed_value_keeps_everything_but_the_marks(given_props: Props) -> None:
    plain = reveal(given_props)
    assert has_unknown(plain) == has_unknown(given_props)
    assert isinstance(plain, dict)
    assert reveal(plain) == plain
    assert plain.keys() == given_props.keys()


def test_the_state_has_the_official_layout() -> None:
    inputs: Props = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1", "b": "2"}}
    live: Props = {**inputs, "metadata": {"uid": "u"}}
    marked: Props = {**inputs, "data": {"a": Secret("1"), "b": "2"}}
    built = state.build(live, inputs, marked, initial_api_version="v1", field_manager="pulumi-kubernetes-12345678")
    assert built == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"uid": "u"},
        "data": {"a": Secret("1"), "b": "2"},
        "__inputs": {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": Secret("1"), "b": "2"}},
        "__initialApiVersion": "v1",
        "__fieldManager": "pulumi-kubernetes-12345678",
    }
    assert state.parse(built) == state.Stored(live, inputs, "v1", "pulumi-kubernetes-12345678")


def test_data_of_a_secret_is_secret_whatever_the_program_says() -> None:
    found = state.annotated({"kind": "Secret", "data": {"a": "eA=="}, "type": "Opaque"}, {"kind": "Secret"})
    assert found == {"kind": "Secret", "data": Secret({"a": "eA=="}), "type": "Opaque"}


def test_a_list_with_one_secret_is_secret_as_a_whole() -> None:
    marked: Props = {"spec": {"args": ["a", Secret("b")], "image": "c"}}
    assert state.annotated({"spec": {"args": ["a", "b"], "image": "c"}}, marked) == {
        "spec": {"args": Secret(["a", "b"]), "image": "c"}
    }


def test_schema_keys_are_spelled_both_ways() -> None:
    spelled: Props = {"schema": [{"x_kubernetes_preserve_unknown_fields": True, "x_other": 1}]}
    dashed = with_dashes(spelled)
    assert dashed == {"schema": [{"x-kubernetes-preserve-unknown-fields": True, "x_other": 1}]}
    assert with_underscores(dashed) == spelled


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("kubernetes:core/v1:ConfigMap", Kind("", "v1", "ConfigMap")),
        ("kubernetes:apps/v1:Deployment", Kind("apps", "v1", "Deployment")),
        ("kubernetes:stable.example.com/v1alpha1:CronTab", Kind("stable.example.com", "v1alpha1", "CronTab")),
    ],
)
def test_the_type_token_says_the_kind(token: str, kind: Kind) -> None:
    assert kind_of_token(f"urn:pulumi:s::p::my:Component${token}::name") == kind


@pytest.mark.parametrize(
    "token", ["kubernetes:helm.sh/v3:Release", "kubernetes:yaml/v2:ConfigGroup", "kubernetes:core/v1:ConfigMapList"]
)
def test_what_is_no_object_is_refused(token: str) -> None:
    with pytest.raises(RefusedError):
        kind_of_token(f"urn:pulumi:s::p::{token}::name")


def test_a_name_is_made_once_and_kept() -> None:
    first: Props = {"kind": "ConfigMap"}
    set_name(first, {}, Autoname("web", seed=b"x"))
    assert isinstance(first["metadata"], dict)
    name = first["metadata"]["name"]
    assert isinstance(name, str)
    assert name.startswith("web-")
    assert len(name) == len("web-") + 8
    again: Props = {"kind": "ConfigMap", "metadata": {"labels": {"a": "b"}}}
    set_name(again, first, Autoname("web", seed=b"another"))
    assert again["metadata"] == {"labels": {"a": "b"}, "name": name, "annotations": {naming.AUTONAMED: "true"}}


def test_a_given_or_unknown_name_stays() -> None:
    for given_name in ("mine", UNKNOWN):
        obj: Props = {"metadata": {"name": given_name}}
        set_name(obj, {}, Autoname("web"))
        assert obj == {"metadata": {"name": given_name}}


def test_a_name_that_was_made_is_dropped_for_one_that_is_given() -> None:
    olds: Props = {"metadata": {"name": "web-12345678", "annotations": {naming.AUTONAMED: "true"}}}
    obj: Props = {"metadata": {"name": "web"}}
    set_name(obj, olds, Autoname("web"))
    assert obj == {"metadata": {"name": "web"}}


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"name": "Upper"}, "is not a DNS name"),
        ({"name": "a" * 254}, "is not a DNS name"),
        ({"name": "a", "labels": {"k": "with space"}}, "is not a label value"),
        ({"name": "a", "labels": {"k": "v" * 64}}, "is not a label value"),
        ({"name": "a", "labels": {"bad key!": "v"}}, "is not a label name"),
        ({"name": "a", "annotations": {"/x": "v"}}, "is not an annotation name"),
    ],
)
def test_what_the_server_would_refuse_is_named_without_it(metadata: dict[str, Value], words: str) -> None:
    found = naming.failures(Kind("", "v1", "ConfigMap"), {"metadata": metadata})
    assert len(found) == 1
    assert words in found[0]


def test_good_and_unknown_metadata_passes() -> None:
    metadata: dict[str, Value] = {
        "name": UNKNOWN,
        "labels": {"app.kubernetes.io/name": "x", "b": UNKNOWN, "c": ""},
        "annotations": {"Example.com/a": "any thing"},
    }
    assert naming.failures(Kind("", "v1", "ConfigMap"), {"metadata": metadata}) == []
    role: Props = {"metadata": {"name": "system:node"}}
    assert naming.failures(Kind("rbac.authorization.k8s.io", "v1", "ClusterRole"), role) == []


def test_text_of_a_secret_becomes_data() -> None:
    made = normal(
        {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "new"}, "data": {"a": "b2xk", "b": "Yg=="}}
    )
    assert made["data"] == {"a": base64.b64encode(b"new").decode(), "b": "Yg=="}
    assert "stringData" not in made
    waiting: Props = {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": UNKNOWN}}
    assert normal(waiting) == waiting


def test_pruning_pairs_list_items_by_name_and_leaves_the_server_s_out() -> None:
    live: Value = {
        "status": {},
        "spec": {
            "containers": [{"name": "injected", "image": "i"}, {"name": "a", "image": "new", "tty": False}],
            "args": ["x", "y"],
        },
    }
    shape: Value = {"spec": {"containers": [{"name": "a", "image": "old"}], "args": ["x"]}}
    assert prune(live, shape) == {"spec": {"containers": [{"name": "a", "image": "new"}], "args": ["x"]}}
