"""The rendered rules, judged by promtool: syntax, and what they say about made-up histories (``data/``)."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.packs import expected
from config.packs.alerts import AlertThresholds
from config.packs.alerts import pack as alerts_pack
from config.packs.catalogue import packs
from config.packs.model import AlertRule, Pack, RecordingRule, RuleGroup, render_rules
from tests.unit.services.tools import run_checker

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[3]
PACKS = packs(AlertThresholds())
RULES = [rule for pack in PACKS for group in pack.groups for rule in group.rules]
ALERTS = [rule for rule in RULES if isinstance(rule, AlertRule)]
RECORDS = [rule.record for rule in RULES if isinstance(rule, RecordingRule)]


def write_rules(folder: Path, thresholds: AlertThresholds) -> list[Path]:
    paths = []
    for file in render_rules(packs(thresholds)):
        paths.append(folder / file.name)
        paths[-1].write_text(file.text)
    return paths


def test_promtool_accepts_every_rule_file(tmp_path: Path) -> None:
    run_checker("promtool", "check", "rules", "--lint=all", "--lint-fatal", *write_rules(tmp_path, AlertThresholds()))


@pytest.mark.parametrize("file", sorted(path.name for path in DATA.glob("*.test.yaml")))
def test_rules_say_what_they_should(tmp_path: Path, file: str) -> None:
    write_rules(tmp_path, AlertThresholds())
    case = tmp_path / file
    case.write_text((DATA / file).read_text())
    run_checker("promtool", "test", "rules", case)


def test_every_alert_has_a_history_that_fires_it_and_one_that_does_not() -> None:
    for name in {rule.alert for rule in ALERTS}:
        tests = yaml.safe_load((DATA / f"{name}.test.yaml").read_text())["tests"]
        expectations = [case["exp_alerts"] for test in tests for case in test.get("alert_rule_test", [])]
        assert any(expectations), name
        assert not all(expectations), name


@given(
    ratio=st.floats(0.0001, 1),
    latency=st.floats(0.001, 100),
    requests=st.integers(0, 10**6),
    hold=st.integers(0, 86400),
)
def test_thresholds_reach_the_rules(ratio: float, latency: float, requests: int, hold: int) -> None:
    thresholds = AlertThresholds(
        error_ratio=ratio, latency_p95_s=latency, min_requests=requests, error_hold_s=hold, latency_hold_s=hold + 1
    )
    (group,) = alerts_pack(thresholds).groups
    rules = {rule.alert: rule for rule in group.rules if isinstance(rule, AlertRule)}
    for name, limit, seconds in (("HighErrorRate", ratio, hold), ("HighLatency", latency, hold + 1)):
        assert f" > {limit!r} and " in rules[name].expr
        assert rules[name].expr.endswith(f">= {requests}")
        assert rules[name].hold_s == seconds


@pytest.mark.parametrize(("interval", "window"), [(1, "62s"), (10, "80s"), (60, "180s")])
def test_the_window_of_silence_holds_three_scrapes_whatever_the_interval(interval: int, window: str) -> None:
    (group,) = alerts_pack(AlertThresholds(scrape_interval_s=interval)).groups
    (silent,) = (rule for rule in group.rules if isinstance(rule, AlertRule) and ("reason", "silent") in rule.labels)
    assert f"[{window}]" in silent.expr
    assert f"offset {window} " in silent.expr
    # Half as long as the window is longer than the silence: that is when it must have been watched.
    assert f"[{2 * interval}s] offset 60s" in silent.expr


def test_unusual_thresholds_are_valid_too(tmp_path: Path) -> None:
    thresholds = AlertThresholds(error_ratio=1e-7, latency_p95_s=0.05, min_requests=0, error_hold_s=0, silence_s=3600)
    run_checker("promtool", "check", "rules", *write_rules(tmp_path, thresholds))


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.alert + "".join(value for _, value in rule.labels))
def test_every_alert_leads_to_a_runbook(rule: AlertRule) -> None:
    text = (ROOT / rule.runbook).read_text()
    assert text.startswith(f"# {rule.alert}\n")
    for section in ("## Meaning", "## First look", "## Causes", "## Remedies"):
        assert section in text


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.alert + "".join(value for _, value in rule.labels))
def test_a_sentence_has_no_gap_where_a_label_is_missing(rule: AlertRule) -> None:
    for text in (rule.summary, rule.description):
        for action in re.findall(r"{{.*?}}", text):
            assert "$labels." not in action or re.match(r"{{ (or|with|if) \$labels\.", action), action


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.alert + "".join(value for _, value in rule.labels))
def test_alerts_use_only_what_is_recorded(rule: AlertRule) -> None:
    # Of a store that expects nothing, silence is normal for no plane.
    assert set(re.findall(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", rule.expr)) <= {*RECORDS, expected.SILENCE_IS_NORMAL}


def test_recording_rules_are_many_named_by_level_and_never_twice() -> None:
    assert len(RECORDS) > 20
    assert len(set(RECORDS)) == len(RECORDS)
    for record in RECORDS:
        assert re.fullmatch(r"(data_plane|data_plane_route|data_plane_status_class|fleet):[a-z_]+:[a-z0-9_]+", record)


def test_order_of_packs_does_not_matter() -> None:
    assert render_rules(PACKS) == render_rules(tuple(reversed(PACKS)))


def test_a_pack_without_rules_makes_no_file() -> None:
    assert render_rules((Pack(name="empty"),)) == ()


def test_two_packs_or_groups_of_one_name_are_refused() -> None:
    group = RuleGroup(name="g", rules=(RecordingRule(record="a:b:c", expr="up"),))
    first = Pack(name="one", groups=(group,))
    with pytest.raises(ValueError, match="duplicate pack: one"):
        render_rules((first, first))
    with pytest.raises(ValueError, match="duplicate rule group: g"):
        render_rules((first, dataclasses.replace(first, name="two")))
