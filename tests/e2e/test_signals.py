"""Every promised signal of every plane is stored with its true identity; every rule works on it."""

import httpx
import pytest

from config.packs import http
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import AlertRule, Metric, RecordingRule
from tests.e2e.platform import PLANES, Platform
from tests.e2e.traffic import visit_all
from tests.harness.waiting import wait_until

METRICS = http.pack().metrics
RULES = [rule for pack in packs(AlertThresholds()) for group in pack.groups for rule in group.rules]
RECORDS = [rule.record for rule in RULES if isinstance(rule, RecordingRule)]
ROUTES = {"/api/products", "/api/orders", "/api/search", "/api/reports", "/api/payments"}
IDENTITY = {(name, name) for name in PLANES}


@pytest.fixture(scope="module")
def traffic(shared: Platform) -> Platform:
    """The stack after requests to every endpoint of every plane, stored by at least two scrapes."""
    shared.restore()
    visit_all(shared, PLANES, rounds=2)
    first = {name: _requests(shared, name) for name in PLANES}
    visit_all(shared, PLANES, rounds=2)
    for name in PLANES:
        wait_until(
            lambda name=name: _requests(shared, name),  # type: ignore[misc]  # mypy cannot type a lambda's default
            lambda seen, before=first[name]: seen >= before + 10,  # type: ignore[misc]  # as above
            within_s=30,
            what=f"requests of {name} in the store",
        )
    return shared


def _requests(platform: Platform, plane: str) -> float:
    selector = f'{{job="data-plane", data_plane_id="{plane}", http_route!="/health"}}'
    counts = f"http_server_request_duration_seconds_count{selector}"
    # A Prometheus that was restarted shows what it no longer scrapes for five minutes more: only fresh samples count.
    return platform.store.value(f"sum({counts} unless timestamp({counts}) < time() - 20)") or 0


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
@pytest.mark.parametrize("plane", PLANES)
def test_each_metric_of_each_plane_is_stored(traffic: Platform, plane: str, metric: Metric) -> None:
    names = [f"{metric.name}_{part}" for part in ("bucket", "count", "sum")] if metric.kind == "histogram" else None
    for name in names or [metric.name]:
        rows = traffic.store.vector(f'{name}{{data_plane_id="{plane}"}}')
        assert rows, name
        for labels, _ in rows:
            assert (labels["job"], labels["environment"], labels["exported_job"]) == ("data-plane", plane, "api")
            assert labels["exported_instance"]
            missing = set(metric.labels) - set(labels)
            assert not missing, f"{name} lacks {missing}: {labels}"
            assert not [label for label in labels if label.startswith("exported_") and "plane" in label]


@pytest.mark.parametrize("plane", PLANES)
def test_each_route_is_told_apart(traffic: Platform, plane: str) -> None:
    rows = traffic.store.vector(f'http_server_request_duration_seconds_count{{data_plane_id="{plane}"}}')
    assert {labels["http_route"] for labels, _ in rows} >= ROUTES
    assert {labels["http_response_status_code"] for labels, _ in rows} >= {"200", "201", "422"}


def test_payments_fail_where_they_should_and_nowhere_else(traffic: Platform) -> None:
    def failed(plane: str) -> float | None:
        return traffic.store.value(f'sum(payments_processed_total{{data_plane_id="{plane}", outcome="failure"}})')

    assert (failed("qa") or 0) >= 4
    assert failed("prod") == 0


@pytest.mark.parametrize(
    "name",
    [
        "otelcol_receiver_accepted_metric_points_total",
        "otelcol_exporter_sent_metric_points_total",
        "otelcol_process_memory_rss_bytes",
        "otelcol_process_uptime_seconds_total",
    ],
)
def test_each_collector_tells_of_itself(traffic: Platform, name: str) -> None:
    rows = traffic.store.vector(f'sum by (environment, data_plane_id) ({name}{{job="otel-collector"}}) > 0')
    assert {(labels["environment"], labels["data_plane_id"]) for labels, _ in rows} == IDENTITY


def test_the_control_plane_tells_of_itself(traffic: Platform) -> None:
    assert traffic.store.value("prometheus_build_info") == 1
    assert traffic.store.value("alertmanager_build_info") == 1


def test_every_target_is_up_and_there_are_no_others(traffic: Platform) -> None:
    targets = traffic.store.get("targets")["activeTargets"]
    assert [target["lastError"] for target in targets if target["health"] != "up"] == []
    found = sorted((target["labels"]["job"], target["labels"].get("data_plane_id", "")) for target in targets)
    planes = [(job, plane) for job in ("data-plane", "otel-collector") for plane in PLANES]
    assert found == sorted([*planes, ("prometheus", ""), ("alertmanager", "")])


def test_there_are_at_least_twenty_recording_rules() -> None:
    assert len(set(RECORDS)) >= 20


@pytest.mark.parametrize("record", RECORDS)
def test_each_recording_rule_has_data_of_every_plane(traffic: Platform, record: str) -> None:
    level = record.partition(":")[0]

    def recorded() -> set[tuple[str, str]]:
        rows = traffic.store.vector(record)
        return {(labels.get("environment", ""), labels.get("data_plane_id", "")) for labels, _ in rows}

    wanted = {("", "")} if level == "fleet" else IDENTITY
    # A window of 1 m needs two samples with traffic between them, and then one evaluation.
    assert wait_until(recorded, lambda seen: seen == wanted, within_s=30, what=record) == wanted


def test_every_rule_is_loaded_and_evaluates(traffic: Platform) -> None:
    def rules() -> list[dict[str, str]]:
        return [rule for group in traffic.store.get("rules")["groups"] for rule in group["rules"]]

    loaded = wait_until(
        rules, lambda seen: all(rule["health"] != "unknown" for rule in seen), within_s=30, what="every rule was run"
    )
    assert [rule for rule in loaded if rule["health"] != "ok"] == []
    wanted = [rule.alert if isinstance(rule, AlertRule) else rule.record for rule in RULES]
    assert sorted(rule["name"] for rule in loaded) == sorted(wanted)


def test_the_console_shows_every_plane_with_figures(traffic: Platform) -> None:
    answer = httpx.get(f"{traffic.outputs.console_url}/api/v1/planes", trust_env=False, timeout=10).raise_for_status()
    planes = {plane["id"]: plane for plane in answer.json()["planes"]}
    assert sorted(planes) == sorted(PLANES)
    for plane in planes.values():
        assert plane["environment"] == plane["id"]
        assert plane["request_rate"] > 0
        assert 0 < plane["p50"] <= plane["p95"]
