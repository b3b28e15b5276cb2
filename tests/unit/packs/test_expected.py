"""What a stack expects, judged by promtool over made-up histories: absence alerts, and stays an alert until it ends."""

import re
from pathlib import Path

import pytest
import yaml

from apps.console import promql
from config.packs import expected
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import AlertRule, RecordingRule, render_rules
from config.services.managed_quotas import PUBLISHED
from config.services.managed_rules import namespaces
from tests.unit.packs.judging import (
    ALERTS,
    DEV,
    INTERVAL_S,
    OWN,
    PACK,
    PROD,
    ROOT,
    firing,
    judged,
    own,
    up,
)
from tests.unit.services.tools import run_checker

MISSING = firing("DataPlaneDown", "data_plane_id", "reason", "severity")
PROD_MISSING = {"data_plane_id": "prod", "reason": "missing", "severity": "critical"}
DEV_MISSING = {"data_plane_id": "dev", "reason": "missing", "severity": "critical"}


@pytest.mark.parametrize("gone", ["stale _x59", "_x60"], ids=["marked as ended", "not marked"])
def test_a_plane_whose_series_is_gone_is_missing_until_it_is_seen_again(tmp_path: Path, gone: str) -> None:
    judged(
        tmp_path,
        # Ten minutes: twice what a query looks back.
        {up("prod"): f"1x29 {gone} 1x60", up("prod", "b"): f"1x29 {gone} 1x60", up("dev"): "1x160"},
        ("5m", MISSING, []),
        ("7m50s", MISSING, []),
        ("8m20s", MISSING, [PROD_MISSING]),
        ("11m", MISSING, [PROD_MISSING]),
        ("14m50s", MISSING, [PROD_MISSING]),
        ("15m10s", MISSING, []),
    )


def test_a_plane_that_was_never_seen_is_missing_after_it_had_time_to_start(tmp_path: Path) -> None:
    judged(
        tmp_path,
        {up("prod"): "1x60", up("prod", "b"): "1x60"},
        ("2m20s", MISSING, []),
        ("2m40s", MISSING, [DEV_MISSING]),
        ("10m", MISSING, [DEV_MISSING]),
    )


def test_another_planes_series_does_not_stand_in(tmp_path: Path) -> None:
    # The plane's name under another environment, and the other job of the plane.
    judged(
        tmp_path,
        {
            up("dev"): "1x60",
            'up{job="data-plane", environment="other", data_plane_id="prod"}': "1x60",
            up("prod", job="otel-collector"): "1x60",
        },
        (
            "5m",
            firing("DataPlaneDown", "environment", "reason"),
            [{"environment": "production", "reason": reason} for reason in ("missing", "silent")],
        ),
    )


def test_a_plane_that_cannot_be_scraped_is_unreachable_and_not_missing(tmp_path: Path) -> None:
    judged(
        tmp_path,
        {up("prod"): "1x9 0x60", up("prod", "b"): "1x9 0x60", up("dev"): "1x70"},
        ("6m", MISSING, [{**PROD_MISSING, "reason": "unreachable"}]),
    )


def test_a_plane_with_too_few_collectors_is_told_of(tmp_path: Path) -> None:
    fewer = firing("CollectorsMissing", "data_plane_id", "severity")
    judged(
        tmp_path,
        {up("prod"): "1x100", up("prod", "b"): "1x9 stale _x90", up("dev"): "1x100"},
        ("4m", fewer, []),
        ("8m", fewer, [{"data_plane_id": "prod", "severity": "warning"}]),
        ("8m", MISSING, []),
    )


def test_silence_pages_unless_the_planes_settings_call_it_normal(tmp_path: Path) -> None:
    judged(
        tmp_path,
        {
            up(plane, instance, job): "1x100"
            for plane in ("prod", "dev")
            for instance in "ab"
            for job in ("data-plane", "otel-collector")
        },
        ("10m", MISSING, [{**PROD_MISSING, "reason": "silent"}]),
    )


def test_figures_of_each_plane_are_recorded_under_its_identity(tmp_path: Path) -> None:
    prod, dev = ({"environment": plane.environment, "data_plane_id": plane.data_plane_id} for plane in (PROD, DEV))
    for name, first, second in (
        (expected.COLLECTORS, 2, 1),
        (expected.SILENCE_IS_NORMAL, 0, 1),
        (expected.ERROR_RATIO_LIMIT, 0.5, 0.05),
        (expected.LATENCY_LIMIT, 2.5, 1),
    ):
        wanted = [{**prod, "value": first}, {**dev, "value": second}]
        judged(tmp_path, {"other": "1x10"}, ("1m", f"sum by (environment, data_plane_id) ({name})", wanted))


def test_a_service_of_which_a_replica_is_gone_is_degraded_and_without_any_down(tmp_path: Path) -> None:
    degraded, down = firing("ControlPlaneDegraded", "job", "severity"), firing("ControlPlaneDown", "job", "severity")
    judged(
        tmp_path,
        {
            own("prometheus", "a"): "1x100",
            own("prometheus", "b"): "1x9 0x100",
            own("alertmanager", "a"): "1x9 stale _x90",
            own("alertmanager", "b"): "1x9 stale _x90",
        },
        ("1m", degraded, []),
        ("1m", down, []),
        ("5m", degraded, [{"job": "prometheus", "severity": "warning"}]),
        ("12m", down, [{"job": "alertmanager", "severity": "critical"}]),
    )


def test_a_store_that_writes_nothing_any_more_is_down_by_what_is_not_stored(tmp_path: Path) -> None:
    # The rules on absence name no recorded series: of those nothing would be written either.
    for rule in ALERTS:
        if rule.alert in ("ControlPlaneDown", "ControlPlaneDegraded") or ("reason", "missing") in rule.labels:
            assert not re.search(r"[a-z_]+:[a-z_]+:[a-z_]+", rule.expr), rule.alert
    judged(
        tmp_path,
        {own(job, instance): "1x30 _x60" for job in OWN for instance in "ab"},
        ("5m", firing("ControlPlaneDown", "job"), []),
        ("12m", firing("ControlPlaneDown", "job"), [{"job": job} for job in ("prometheus", "alertmanager")]),
    )


@pytest.mark.parametrize(
    ("alert", "counter"),
    [
        ("MetricsStoreFailing", 'prometheus_tsdb_wal_writes_failed_total{job="prometheus", instance="a"}'),
        ("MetricsStoreFailing", 'prometheus_tsdb_compactions_failed_total{job="prometheus", instance="a"}'),
        ("RulesFailing", 'prometheus_rule_evaluation_failures_total{job="prometheus", instance="a", rule_group="g"}'),
        (
            "AlertsNotSent",
            'alertmanager_notifications_failed_total{job="alertmanager", instance="a", integration="webhook"}',
        ),
    ],
)
def test_a_failure_that_services_count_alerts_and_resolves_when_it_ends(
    tmp_path: Path, alert: str, counter: str
) -> None:
    judged(
        tmp_path,
        {counter: "0x30 1+1x5 6x120"},
        ("5m", firing(alert, "severity"), []),
        ("6m", firing(alert, "severity"), [{"severity": "critical"}]),
        ("18m", firing(alert, "severity"), []),
    )


def test_a_hundred_planes_take_no_more_rules_and_the_managed_service_takes_them(tmp_path: Path) -> None:
    planes = tuple(
        ExpectedPlane(
            data_plane_id=f"a-rather-long-plane{number:03}"[:20],
            environment=f"environment-{number}",
            workloads={f"{role}-of-some-length": 2 for role in ("api", "orders", "payments")},
        )
        for number in range(100)
    )
    many = expected.pack(planes, scrape_interval_s=INTERVAL_S, targets=OWN, pods=True)
    assert [len(group.rules) for group in many.groups] == [len(group.rules) for group in PACK.groups]
    files = render_rules((*packs(AlertThresholds()), many))
    made = namespaces(files)
    assert [space.name for space in made] == ["alerts", "expected", "http"]
    assert all(len(space.text.encode()) < PUBLISHED.namespace_bytes / 4 for space in made)
    paths = [tmp_path / file.name for file in files]
    for path, file in zip(paths, files, strict=True):
        path.write_text(file.text)
    run_checker("promtool", "check", "rules", "--lint=all", "--lint-fatal", *paths)


def test_odd_names_stay_what_they_are(tmp_path: Path) -> None:
    odd = ExpectedPlane(data_plane_id="$1", environment='a"b\\c')
    (file,) = expected.rules((odd,), scrape_interval_s=INTERVAL_S)
    (tmp_path / file.name).write_text(file.text)
    case = {
        "rule_files": [file.name],
        "evaluation_interval": "10s",
        "tests": [
            {
                "interval": "10s",
                "input_series": [{"series": "other", "values": "1x10"}],
                "promql_expr_test": [
                    {
                        "eval_time": "1m",
                        "expr": f"sum by (environment, data_plane_id) ({expected.COLLECTORS})",
                        "exp_samples": [{"labels": '{environment="a\\"b\\\\c", data_plane_id="$1"}', "value": 1}],
                    }
                ],
            }
        ],
    }
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(case))
    run_checker("promtool", "test", "rules", tmp_path / "case.yaml")


def test_without_planes_and_services_there_is_nothing_to_expect() -> None:
    assert expected.rules((), scrape_interval_s=INTERVAL_S) == ()


def test_where_nothing_lists_pods_there_are_no_rules_on_them() -> None:
    (group,) = expected.pack((PROD,), scrape_interval_s=INTERVAL_S).groups
    assert not {rule.alert for rule in group.rules if isinstance(rule, AlertRule)} & {
        "WorkloadDown",
        "WorkloadDegraded",
    }


def test_a_store_that_does_not_send_alerts_itself_has_no_rules_on_sending() -> None:
    (group,) = expected.pack((), scrape_interval_s=INTERVAL_S, targets={"prometheus": 2}).groups
    assert {rule.alert for rule in group.rules if isinstance(rule, AlertRule)} == {
        "ControlPlaneDown",
        "ControlPlaneDegraded",
    }


def test_the_console_reads_what_is_recorded() -> None:
    recorded = {rule.record for group in PACK.groups for rule in group.rules if isinstance(rule, RecordingRule)}
    assert recorded == {
        promql.COLLECTORS_EXPECTED,
        promql.SILENCE_IS_NORMAL,
        promql.ERROR_RATIO_LIMIT,
        promql.LATENCY_LIMIT,
        promql.TARGETS_EXPECTED,
        expected.PODS,
        expected.PODS_READY,
    }


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.alert + "".join(value for _, value in rule.labels))
def test_every_alert_leads_to_a_runbook(rule: AlertRule) -> None:
    text = (ROOT / rule.runbook).read_text()
    assert text.startswith(f"# {rule.alert}\n")
    for section in ("## Meaning", "## First look", "## Causes", "## Remedies"):
        assert section in text
