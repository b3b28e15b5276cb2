"""A stack on a cluster that runs the Prometheus Operator: the real operator makes its metrics store."""

import copy
import os
from collections.abc import Iterator

import pytest
import yaml

from config.packs import expected
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import AlertRule
from config.services.scraping import METRIC_RELABELLING, PlaneLimits
from config.settings import StackSettings
from tests.harness import operator
from tests.harness.demanded import demanded
from tests.harness.kubernetes import OnCluster, temporary_cluster_stack
from tests.harness.planned import needed
from tests.harness.ports import free_ports
from tests.harness.prometheus import Store
from tests.harness.settings import Settings, plane
from tests.harness.waiting import wait_until
from toolchain.obtain.cache import Cache

ZONES = ("prod", "control")
OWN = expected.pack(
    (ExpectedPlane(data_plane_id="prod", environment="prod"),),
    scrape_interval_s=3,
    targets={"prometheus": 2, "alertmanager": 2},
)
# Labels of a plane's targets; those of the store without the operator, and no more.
LABELS = {"__name__", "job", "instance", "pod", "environment", "data_plane_id"}


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OnCluster, Settings]]:
    """A stack of one plane that asks for the operator; of everything that may be there once there is one."""
    with temporary_cluster_stack(tmp_path_factory.mktemp("stack"), ("prod",)) as (stack, settings):
        settings["controlPlane"]["scrapeIntervalSeconds"] = 3
        settings["kubernetes"] |= {"minimumReplicas": 1, "maximumReplicas": 1, "prometheusOperator": True}
        yield stack, settings


@pytest.fixture(scope="module")
def operated(asking: tuple[OnCluster, Settings]) -> Iterator[tuple[OnCluster, Settings]]:
    """The stack on the cluster that runs the operator."""
    stack, settings = asking
    with operator.running(stack, Cache.of(os.environ)) as running:
        settings["kubernetes"]["annotations"] = running.annotations
        try:
            stack.stack.up(settings).succeeded()
            yield stack, settings
        finally:
            stack.stack.destroy(delete_data=True).succeeded()


def test_a_cluster_without_the_operators_kinds_is_reported_before_anything_is_made(
    asking: tuple[OnCluster, Settings],
) -> None:
    stack, settings = asking
    if "podmonitors.monitoring.coreos.com" in stack.kubectl("get", "crd", "-oname").stdout:
        pytest.skip("this cluster has the operator's kinds already")
    run = stack.stack.preview(settings).failed()
    assert "has no monitoring.coreos.com/v1 Prometheus, PodMonitor, ServiceMonitor, PrometheusRule" in run.text
    assert "install the Prometheus Operator or remove the setting" in run.text


def test_every_target_is_scraped_under_its_true_identity(operated: tuple[OnCluster, Settings]) -> None:
    stack, _ = operated
    with stack.forwarded("control", "thanos-query", 9090) as query:
        up = wait_until(
            lambda: Store(url=query).vector("up == 1"), lambda rows: len(rows) == 6, within_s=90, what="every target"
        )
    assert sorted((one["job"], one.get("data_plane_id"), one.get("environment")) for one, _ in up) == sorted(
        [
            ("data-plane", "prod", "prod"),
            ("otel-collector", "prod", "prod"),
            *[(job, None, None) for job in ("alertmanager", "prometheus") for _ in range(2)],
        ],
        key=str,
    )
    assert all(one.keys() == LABELS for one, _ in up if "data_plane_id" in one)


def test_prometheus_runs_what_the_files_would_say(operated: tuple[OnCluster, Settings]) -> None:
    stack, _ = operated
    with stack.forwarded("control", "prometheus-headless", 9090) as url:
        store = Store(url=url)
        wait_until(
            lambda: {
                rule["name"] for group in store.get("rules")["groups"] for rule in group["rules"] if rule["health"]
            },
            lambda names: (
                names
                == {
                    rule.alert if isinstance(rule, AlertRule) else rule.record
                    for pack in (*packs(AlertThresholds()), OWN)
                    for group in pack.groups
                    for rule in group.rules
                }
            ),
            within_s=60,
            what="every rule is loaded",
        )
        wait_until(
            lambda: store.get("alertmanagers")["activeAlertmanagers"],
            lambda found: len(found) == 2,
            within_s=60,
            what="both Alertmanagers are known",
        )
        config = yaml.safe_load(store.get("status/config")["yaml"])
    assert config["global"]["external_labels"].keys() == {"replica"}
    assert [rule["action"] for rule in config["alerting"]["alert_relabel_configs"]] == ["labeldrop"]
    limits = PlaneLimits()
    jobs = [job for job in config["scrape_configs"] if job["job_name"].startswith("podMonitor/")]
    assert len(jobs) == 2
    for job in jobs:
        assert not job.get("honor_labels")
        assert not job["honor_timestamps"]
        assert job["sample_limit"] == limits.samples
        assert job["body_size_limit"] == f"{limits.body_mib}MiB"
        assert [rule["namespaces"]["names"] for rule in job["kubernetes_sd_configs"]] == [[stack.namespace("prod")]]
        for rule, wanted in zip(job["metric_relabel_configs"], METRIC_RELABELLING, strict=True):
            assert wanted.items() <= rule.items()


def test_the_operators_pods_are_kept_available_as_ours_are(operated: tuple[OnCluster, Settings]) -> None:
    stack, _ = operated
    (budget,) = [one for one in stack.items("pdb", "control") if one["metadata"]["name"] == "prometheus"]
    assert (budget["status"]["expectedPods"], budget["status"]["currentHealthy"]) == (2, 2)


def test_the_operators_pods_ask_for_what_was_counted(operated: tuple[OnCluster, Settings]) -> None:
    stack, settings = operated
    said = StackSettings.model_validate(settings)
    found = [
        one for kind in ("Deployment", "StatefulSet", "HorizontalPodAutoscaler") for one in stack.items(kind, "control")
    ]
    assert demanded(found)["control"] == needed(said, 1)["control"]


def test_a_plane_more_and_less_restarts_no_pod(operated: tuple[OnCluster, Settings]) -> None:
    stack, settings = operated
    assert stack.stack.planned(settings) == {}
    before = stack.pods(*ZONES)
    more = copy.deepcopy(settings)
    more["dataPlanes"]["qa"] = plane(*free_ports(2))
    stack.stack.up(more).succeeded()
    with stack.forwarded("control", "thanos-query", 9090) as query:
        wait_until(
            lambda: Store(url=query).vector('up{data_plane_id="qa"} == 1'),
            lambda rows: len(rows) == 2,
            within_s=180,
            what="the new plane is scraped",
        )
    assert stack.pods(*ZONES) == before
    stack.stack.up(settings).succeeded()
    assert stack.pods(*ZONES) == before
