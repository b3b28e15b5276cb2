"""Collectors found on Kubernetes get their identity from the namespace that the stack made."""

from pathlib import Path

import yaml

from config.services.discovery import PlaneNamespace, discovered_job
from config.services.prometheus import PrometheusConfig, render
from tests.unit.services.tools import run_checker

PLANES = tuple(
    PlaneNamespace(namespace=f"planewatch-dev-{name}", data_plane_id=name, environment=environment)
    for name, environment in (("shop", "prod"), ("lab", "qa"))
)


def test_promtool_accepts_the_rendered_file(tmp_path: Path) -> None:
    text = render(PrometheusConfig(namespaces=PLANES, replica="${POD_NAME}", alertmanagers=("alertmanager:9093",)))
    path = tmp_path / "prometheus.yml"
    path.write_text(text)
    run_checker("promtool", "check", "config", path)
    document = yaml.safe_load(text)
    assert document["global"]["external_labels"] == {"replica": "${POD_NAME}"}
    assert document["alerting"]["alert_relabel_configs"] == [{"regex": "replica", "action": "labeldrop"}]


def test_identity_comes_from_the_namespace_alone() -> None:
    job = discovered_job(PLANES, "metrics")
    rules = [rule for rule in job["relabel_configs"] if rule.get("target_label") in ("environment", "data_plane_id")]  # type: ignore[attr-defined]  # as in the file: a list of mappings
    assert {rule["source_labels"][0] for rule in rules} == {"__meta_kubernetes_namespace"}
    assert {(rule["regex"], rule["target_label"], rule["replacement"]) for rule in rules} == {
        ("planewatch-dev-shop", "data_plane_id", "shop"),
        ("planewatch-dev-shop", "environment", "prod"),
        ("planewatch-dev-lab", "data_plane_id", "lab"),
        ("planewatch-dev-lab", "environment", "qa"),
    }


def test_the_order_of_planes_changes_nothing() -> None:
    assert discovered_job(PLANES, "telemetry") == discovered_job(PLANES[::-1], "telemetry")
