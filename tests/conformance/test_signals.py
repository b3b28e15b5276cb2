"""Every promised signal of every plane is stored with its true identity; every rule works on it."""

import pytest

from config.packs import expected, http
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import AlertRule, Metric, RecordingRule
from tests.deployments import Deployment
from tests.deployments.traffic import visit_all
from tests.harness.waiting import wait_until

METRICS = http.pack().metrics
RULES = [rule for pack in packs(AlertThresholds()) for group in pack.groups for rule in group.rules]
RECORDS = [rule.record for rule in RULES if isinstance(rule, RecordingRule)]
ROUTES = {"/api/products", "/api/orders", "/api/search", "/api/reports", "/api/payments"}


@pytest.fixture(scope="module")
def traffic(deployed: Deployment) -> Deployment:
    """The stack after requests to every endpoint of every plane, stored by at least two scrapes."""
    planes = deployed.planes
    visit_all(deployed, planes, rounds=2)
    first = {name: _requests(deployed, name) for name in planes}
    visit_all(deployed, planes, rounds=2)
    for name in planes:
        wait_until(
            lambda name=name: _requests(deployed, name),  # type: ignore[misc]  # mypy cannot type a lambda's default
            lambda seen, before=first[name]: seen >= before + 10,  # type: ignore[misc]  # as above
            within_s=30,
            what=f"requests of {name} in the store",
        )
    return deployed


def _requests(deployed: Deployment, plane: str) -> float:
    selector = f'{{job="data-plane", data_plane_id="{plane}", http_route!="/health"}}'
    counts = f"http_server_request_duration_seconds_count{selector}"
    # A Prometheus that was restarted shows what it no longer scrapes for five minutes more: only fresh samples count.
    return deployed.store.value(f"sum({counts} unless timestamp({counts}) < time() - 20)") or 0


def _identities(deployed: Deployment) -> set[tuple[str, str]]:
    return {(name, name) for name in deployed.planes}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_metric_of_each_plane_is_stored(traffic: Deployment, metric: Metric) -> None:
    names = [f"{metric.name}_{part}" for part in ("bucket", "count", "sum")] if metric.kind == "histogram" else None
    for name in names or [metric.name]:
        # A plane's own clients may send metrics of these names too, as the test of forged identities does.
        rows = traffic.store.vector(f'{name}{{job="data-plane", exported_job="api"}}')
        assert {(labels["environment"], labels["data_plane_id"]) for labels, _ in rows} == _identities(traffic), name
        for labels, _ in rows:
            assert labels["exported_instance"]
            missing = set(metric.labels) - set(labels)
            assert not missing, f"{name} lacks {missing}: {labels}"
            assert not [label for label in labels if label.startswith("exported_") and "plane" in label]


def test_each_route_is_told_apart(traffic: Deployment) -> None:
    for plane in traffic.planes:
        rows = traffic.store.vector(f'http_server_request_duration_seconds_count{{data_plane_id="{plane}"}}')
        assert {labels["http_route"] for labels, _ in rows} >= ROUTES
        assert {labels["http_response_status_code"] for labels, _ in rows} >= {"200", "201", "422"}


def test_payments_fail_where_they_should_and_nowhere_else(traffic: Deployment) -> None:
    def failed(plane: str) -> float | None:
        return traffic.store.value(f'sum(payments_processed_total{{data_plane_id="{plane}", outcome="failure"}})')

    assert (failed(traffic.failing) or 0) >= 4
    assert failed(traffic.flawless) == 0


@pytest.mark.parametrize(
    "name",
    [
        "otelcol_receiver_accepted_metric_points_total",
        "otelcol_exporter_sent_metric_points_total",
        "otelcol_process_memory_rss_bytes",
        "otelcol_process_uptime_seconds_total",
    ],
)
def test_each_collector_tells_of_itself(traffic: Deployment, name: str) -> None:
    rows = traffic.store.vector(f'sum by (environment, data_plane_id) ({name}{{job="otel-collector"}}) > 0')
    assert {(labels["environment"], labels["data_plane_id"]) for labels, _ in rows} == _identities(traffic)


def test_the_control_plane_tells_of_itself(traffic: Deployment) -> None:
    for job in traffic.own_jobs:
        assert {value for _, value in traffic.store.vector(f"{job}_build_info")} == {1}


def test_every_target_is_up_and_there_are_no_others(traffic: Deployment) -> None:
    # A target that went, or that a rolled pod left, has no fresh sample.
    rows = traffic.store.vector("up and timestamp(up) > time() - 20")
    assert [labels for labels, value in rows if value != 1] == []
    found = {(labels["job"], labels.get("environment", ""), labels.get("data_plane_id", "")) for labels, _ in rows}
    jobs = ("data-plane", "otel-collector", *(("pods",) if traffic.lists_pods else ()))
    planes = {(job, plane, plane) for job in jobs for plane in traffic.planes}
    assert found == planes | {(job, "", "") for job in traffic.own_jobs}


def test_what_is_expected_is_seen_and_nothing_is_missing(traffic: Deployment) -> None:
    for record in (expected.COLLECTORS, expected.ERROR_RATIO_LIMIT, expected.LATENCY_LIMIT, expected.SILENCE_IS_NORMAL):
        rows = traffic.store.vector(record)
        assert {(labels["environment"], labels["data_plane_id"]) for labels, _ in rows} == _identities(traffic), record
    assert {labels["job"] for labels, _ in traffic.store.vector(expected.TARGETS)} == traffic.own_jobs
    for job in traffic.own_jobs:
        seen = traffic.store.value(f'sum(up{{job="{job}"}} and timestamp(up) > time() - 20)')
        assert seen == traffic.store.value(f'sum({expected.TARGETS}{{job="{job}"}})'), job
    pods = traffic.store.vector(f"{expected.PODS_READY} >= on ({expected.WORKLOAD}) {expected.PODS}")
    workloads = {(labels["data_plane_id"], labels["workload"]) for labels, _ in pods}
    assert workloads == ({(plane, "api") for plane in traffic.planes} if traffic.lists_pods else set())
    assert (
        traffic.store.vector('ALERTS{alertname=~".*(Down|Missing|Degraded|Failing|NotSent)", alertstate="firing"}')
        == []
    )


def test_there_are_at_least_twenty_recording_rules() -> None:
    assert len(set(RECORDS)) >= 20


@pytest.mark.parametrize("record", RECORDS)
def test_each_recording_rule_has_data_of_every_plane(traffic: Deployment, record: str) -> None:
    level = record.partition(":")[0]

    def recorded() -> set[tuple[str, str]]:
        rows = traffic.store.vector(record)
        return {(labels.get("environment", ""), labels.get("data_plane_id", "")) for labels, _ in rows}

    wanted = {("", "")} if level == "fleet" else _identities(traffic)
    # A window of 1 m needs two samples with traffic between them, and then one evaluation.
    assert wait_until(recorded, lambda seen: seen == wanted, within_s=30, what=record) == wanted


def test_every_rule_is_loaded_and_evaluates(traffic: Deployment) -> None:
    def rules() -> list[dict[str, str]]:
        return [rule for group in traffic.store.get("rules")["groups"] for rule in group["rules"]]

    loaded = wait_until(
        rules, lambda seen: all(rule["health"] != "unknown" for rule in seen), within_s=30, what="every rule was run"
    )
    assert [rule for rule in loaded if rule["health"] != "ok"] == []
    whatever = (ExpectedPlane(data_plane_id="any", environment="any", workloads={"any": 1}),)
    own = expected.pack(
        whatever, scrape_interval_s=10, targets=dict.fromkeys(traffic.own_jobs, 1), pods=traffic.lists_pods
    )
    rules_of_all = [*RULES, *(rule for group in own.groups for rule in group.rules)]
    wanted = [rule.alert if isinstance(rule, AlertRule) else rule.record for rule in rules_of_all]
    assert sorted(rule["name"] for rule in loaded) == sorted(wanted)
