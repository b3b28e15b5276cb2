"""Rule packs as rule groups namespaces: judged by promtool, and at the edges of what the service takes."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import RuleFile, render_rules
from config.services.managed_quotas import PUBLISHED, Quotas, UnsupportedError
from config.services.managed_rules import RulesNamespace, namespaces
from config.text import to_yaml
from tests.harness.examples import examples
from tests.unit.services.tools import run_checker

FILES = render_rules(packs(AlertThresholds()))
Rule = dict[str, Any]


def record(name: str = "a:b:c", **more: Any) -> Rule:
    return {"record": name, "expr": "vector(1)", **more}


def file(pack: str, *groups: dict[str, Any]) -> RuleFile:
    return RuleFile(name=f"{pack}.rules.yaml", text=to_yaml({"groups": list(groups)}))


def group(name: str, *rules: Rule, **more: Any) -> dict[str, Any]:
    return {"name": name, **more, "rules": list(rules)}


def rules_of(made: tuple[RulesNamespace, ...]) -> list[tuple[str, Rule]]:
    """Return (pack, rule) of everything in the namespaces, in order."""
    return [
        (space.name.partition("-")[0], rule)
        for space in made
        for made_group in yaml.safe_load(space.text)["groups"]
        for rule in made_group["rules"]
    ]


def faults(*files: RuleFile, quotas: Quotas = PUBLISHED) -> tuple[str, ...]:
    with pytest.raises(UnsupportedError) as caught:
        namespaces(files, quotas)
    assert all(fault in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


def test_promtool_accepts_every_namespace(tmp_path: Path) -> None:
    paths = []
    for space in namespaces(FILES):
        paths.append(tmp_path / f"{space.name}.yaml")
        paths[-1].write_text(space.text)
    run_checker("promtool", "check", "rules", "--lint=all", "--lint-fatal", *paths)


def test_the_packs_become_a_namespace_each_with_the_shortest_interval() -> None:
    made = namespaces(FILES)
    assert [space.name for space in made] == ["alerts", "http"]
    sources = {source.name.partition(".")[0]: yaml.safe_load(source.text)["groups"] for source in FILES}
    for space in made:
        groups = yaml.safe_load(space.text)["groups"]
        assert groups == [{**source, "interval": "30s"} for source in sources[space.name]]


def test_an_interval_of_the_packs_own_is_kept() -> None:
    (space,) = namespaces((file("one", group("g", record(), interval="1m30s")),))
    assert yaml.safe_load(space.text)["groups"][0]["interval"] == "1m30s"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"limit": 5}, "pack one, group g: group field limit is not supported; known: name, interval, rules"),
        ({"query_offset": "1m"}, "pack one, group g: group field query_offset is not supported"),
        ({"labels": {"a": "b"}}, "pack one, group g: group field labels is not supported"),
        ({"interval": "29s"}, "pack one, group g: interval must be ≥ 30s (got 29s)"),
        ({"interval": "29999ms"}, "pack one, group g: interval must be ≥ 30s (got 29999ms)"),
        ({"interval": "often"}, "pack one, group g: interval must be ≥ 30s (got often)"),
        ({"rules": [record(**{"for": "1m"})]}, "pack one, group g, rule a:b:c: field for is not supported; known: "),
        ({"rules": [record("a-b")]}, "pack one, group g, rule a-b: record must be a metric name"),
        ({"rules": [record(labels={"a-b": "c"})]}, "pack one, group g, rule a:b:c: label a-b must be a label name"),
        (
            {"rules": [{"alert": "Down", "expr": "up == 0", "record": "a:b:c"}]},
            "pack one, group g, rule Down: field record is not supported",
        ),
    ],
)
def test_what_the_service_lacks_is_an_error_with_its_place(change: dict[str, Any], says: str) -> None:
    (fault,) = faults(file("one", {**group("g", record()), **change}))
    assert fault.startswith(says)


def test_all_faults_are_reported_at_once() -> None:
    told = faults(file("one", group("g", record("a-b"), limit=1)), file("two", group("h", record(), interval="1s")))
    assert [fault.split(":", maxsplit=1)[0] for fault in told] == [
        "pack one, group g",
        "pack one, group g, rule a-b",
        "pack two, group h",
    ]


@pytest.mark.parametrize("interval", ["30s", "1m", "0m30s", "30000ms"])
def test_the_shortest_interval_is_taken(interval: str) -> None:
    assert namespaces((file("one", group("g", record(), interval=interval)),))


@pytest.mark.parametrize(
    ("what", "rule", "longest"),
    [
        ("name of label", lambda n: record(labels={"l" * n: "v"}), PUBLISHED.label_name_bytes),
        ("value of label", lambda n: record(labels={"l": "v" * n}), PUBLISHED.label_value_bytes),
        ("value of label __name__", lambda n: record("m" * n), PUBLISHED.label_value_bytes),
        ("value of label alertname", lambda n: {"alert": "A" * n, "expr": "up == 0"}, PUBLISHED.label_value_bytes),
    ],
)
def test_labels_are_as_long_as_they_may_be(what: str, rule: Any, longest: int) -> None:
    assert namespaces((file("one", group("g", rule(longest))),))
    (fault,) = faults(file("one", group("g", rule(longest + 1))))
    assert f"the {what}" in fault
    assert f"must have ≤ {longest} bytes (got {longest + 1})" in fault


def test_rules_of_a_workspace_are_counted_over_all_packs() -> None:
    quotas = dataclasses.replace(PUBLISHED, rules_per_workspace=40)
    full = [group(f"g{n}", *(record() for _ in range(10))) for n in range(3)]
    more = [record() for _ in range(10)]
    assert len(rules_of(namespaces((file("one", *full), file("two", group("h", *more))), quotas))) == 40
    (fault,) = faults(file("one", *full), file("two", group("h", *more, record())), quotas=quotas)
    assert fault.startswith("a workspace must have ≤ 40 rules (got 41)")


def test_names_of_namespace_and_group_have_721_bytes_together() -> None:
    assert namespaces((file("one", group("é" * 359, record())),))
    (fault,) = faults(file("one", group("é" * 359 + "x", record())))
    assert "the two names together must have ≤ 721 bytes (got 722)" in fault


@pytest.mark.parametrize(("name", "fits"), [("a" * 64, True), ("a" * 65, False), ("-a", False), ("1.b_c-d", True)])
def test_a_pack_is_named_as_a_namespace_may_be(name: str, fits: bool) -> None:
    if fits:
        assert namespaces((file(name, group("g", record())),))[0].name == name
    else:
        assert faults(file(name, group("g", record())))[0].startswith(
            f"pack {name}: the namespace's name must have ≤ 64 letters"
        )


def test_a_namespace_is_split_when_it_is_a_byte_too_large() -> None:
    groups = [group(f"g{n}", record(), record()) for n in range(3)]
    (whole,) = namespaces((file("one", *groups),))
    size = len(whole.text.encode())
    assert namespaces((file("one", *groups),), dataclasses.replace(PUBLISHED, namespace_bytes=size)) == (whole,)
    made = namespaces((file("one", *groups),), dataclasses.replace(PUBLISHED, namespace_bytes=size - 1))
    assert [space.name for space in made] == ["one", "one-2"]
    assert [len(yaml.safe_load(space.text)["groups"]) for space in made] == [2, 1]


def test_a_rule_that_fits_nowhere_is_an_error() -> None:
    quotas = dataclasses.replace(PUBLISHED, namespace_bytes=200)
    (fault,) = faults(file("one", group("g", record(expr="1" * 300))), quotas=quotas)
    assert fault.startswith("namespace one must have ≤ 200 bytes (got ")
    assert fault.endswith("; shorten a rule")


def test_a_group_is_divided_where_an_old_account_takes_20_rules() -> None:
    quotas = dataclasses.replace(PUBLISHED, rules_per_group=20)
    (space,) = namespaces((file("one", group("g", *(record(f"r{n}") for n in range(21)))),), quotas)
    assert [(made["name"], len(made["rules"])) for made in yaml.safe_load(space.text)["groups"]] == [
        ("g", 20),
        ("g-2", 1),
    ]
    (whole,) = namespaces((file("one", group("g", *(record(f"r{n}") for n in range(20)))),), quotas)
    assert len(yaml.safe_load(whole.text)["groups"]) == 1


def test_names_that_meet_are_an_error() -> None:
    quotas = dataclasses.replace(PUBLISHED, rules_per_group=1)
    (fault,) = faults(file("one", group("g", record(), record()), group("g-2", record())), quotas=quotas)
    assert fault == "namespace one has two groups g-2; rename one"
    tight = dataclasses.replace(PUBLISHED, namespace_bytes=120)
    (fault,) = faults(
        file("one", group("a", record()), group("b", record())), file("one-2", group("c", record())), quotas=tight
    )
    assert fault == "two packs would share the namespace one-2; rename one"


def test_namespaces_are_counted_where_an_account_limits_them() -> None:
    quotas = dataclasses.replace(PUBLISHED, namespaces_per_workspace=1)
    assert namespaces((file("one", group("g", record())),), quotas)
    assert faults(file("one", group("g", record())), file("two", group("h", record())), quotas=quotas) == (
        "a workspace must have ≤ 1 namespaces (got 2)",
    )


EXPRESSIONS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60)
PACKS = st.dictionaries(
    st.sampled_from(["alerts", "http", "jobs", "queues"]),
    st.lists(st.lists(EXPRESSIONS, min_size=1, max_size=8), min_size=1, max_size=4),
    min_size=1,
)


def made_files(packs_said: dict[str, list[list[str]]]) -> tuple[RuleFile, ...]:
    return tuple(
        file(
            pack,
            *(group(f"{pack}{n}", *(record(expr=expr) for expr in exprs)) for n, exprs in enumerate(groups)),
        )
        for pack, groups in packs_said.items()
    )


@hypothesis_settings(max_examples=examples(12))
# The largest single rule has 60 characters of 10 bytes each, escaped, and some 100 bytes around them.
@given(PACKS, st.integers(1000, 3000), st.none() | st.integers(1, 5))
def test_nothing_is_lost_moved_or_too_large(said: dict[str, list[list[str]]], size: int, rules: int | None) -> None:
    quotas = Quotas(namespace_bytes=size, rules_per_group=rules)
    made = namespaces(made_files(said), quotas)
    expected = [(pack, record(expr=expr)) for pack in sorted(said) for exprs in said[pack] for expr in exprs]
    assert rules_of(made) == expected
    for space in made:
        assert len(space.text.encode()) <= size
        assert all(rules is None or len(each["rules"]) <= rules for each in yaml.safe_load(space.text)["groups"])


@hypothesis_settings(max_examples=examples(8))
@given(PACKS, EXPRESSIONS)
def test_a_change_in_one_pack_leaves_the_others_alone(said: dict[str, list[list[str]]], expr: str) -> None:
    quotas = Quotas(namespace_bytes=700)
    before = {space.name: space.text for space in namespaces(made_files(said), quotas)}
    changed = min(said)
    after = namespaces(made_files({**said, changed: [[expr], *said[changed]]}), quotas)
    for space in after:
        if space.name.partition("-")[0] != changed:
            assert before.pop(space.name) == space.text
    assert all(name.partition("-")[0] == changed for name in before)
    assert after == namespaces(tuple(reversed(made_files({**said, changed: [[expr], *said[changed]]}))), quotas)
