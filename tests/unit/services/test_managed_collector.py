"""The managed collector: the same scrapes under the same identities as everywhere, and nothing it would refuse."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.aws.metrics import LEAST_INTERVAL_S
from config.services import prometheus
from config.services.discovery import PlaneNamespace
from config.services.managed_collector import ManagedCollectorConfig, faults_of, render
from config.services.managed_quotas import UnsupportedError
from config.services.scraping import PlaneLimits, ScrapeTarget
from tests.unit.services.tools import run_checker
from toolchain.simulated_aws.account.documents import scrape_faults

PLANES = (
    PlaneNamespace(namespace="planewatch-prod-shop", data_plane_id="shop", environment="production"),
    PlaneNamespace(namespace="planewatch-prod-qa", data_plane_id="qa", environment="qa"),
)
CONFIG = ManagedCollectorConfig(namespaces=PLANES, cluster="planewatch-prod")
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


def test_it_scrapes_the_planes_exactly_as_the_store_does_but_not_itself() -> None:
    store = yaml.safe_load(prometheus.render(prometheus.PrometheusConfig(namespaces=PLANES, static_jobs=())))
    made = yaml.safe_load(render(CONFIG))
    assert made["scrape_configs"] == store["scrape_configs"]
    assert made["global"] == {
        "scrape_interval": "30s",
        "scrape_timeout": "5s",
        "external_labels": {"cluster": "planewatch-prod"},
    }


def test_promtool_and_the_simulated_service_take_it(tmp_path: Path) -> None:
    file = tmp_path / "prometheus.yml"
    file.write_text(render(CONFIG))
    run_checker("promtool", "check", "config", file)
    assert scrape_faults(render(CONFIG)) == []


def test_the_order_of_planes_does_not_matter() -> None:
    assert render(dataclasses.replace(CONFIG, namespaces=tuple(reversed(PLANES)))) == render(CONFIG)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scrape_interval_s": LEAST_INTERVAL_S - 1}, r"scrape_interval_s must be ≥ 30 \(got 29\)"),
        ({"limits": PlaneLimits(body_mib=48)}, r"limits\.body_mib must be ≤ 50 MB \(got 48 MiB\)"),
    ],
)
def test_limits_of_the_service_are_kept(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(CONFIG, **changes)


def test_a_plane_by_name_is_reported_before_anything_is_made() -> None:
    plane = ScrapeTarget(
        data_plane_id="shop", environment="production", application_address="shop:8889", telemetry_address="shop:8888"
    )
    with pytest.raises(UnsupportedError) as caught:
        render(ManagedCollectorConfig(planes=(plane,), cluster="c"))
    assert caught.value.faults == (
        "job data-plane: target shop:8889 must be an IP address and port",
        "job otel-collector: target shop:8888 must be an IP address and port",
    )


# (what a job has beside its name, what is said of it by us, what by the simulated service)
FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"dns_sd_configs": []}, "field dns_sd_configs is not supported", "takes no dns_sd_configs"),
    ({"oauth2": {}}, "field oauth2 is not supported", "takes no oauth2"),
    ({"basic_auth": {}}, "field basic_auth is not supported", "takes no basic_auth"),
    (
        {"static_configs": [{"targets": ["name:80"]}]},
        "target name:80 must be an IP address and port",
        "target name:80 is not an IP address",
    ),
    (
        {"authorization": {"credentials_file": "/else"}},
        "authorization must be the token",
        "authorization is not the service account's token",
    ),
]
FINE: list[dict[str, Any]] = [
    {"authorization": {"type": "Bearer", "credentials_file": TOKEN}},
    {"authorization": {"credentials_file": TOKEN}},
    {"static_configs": [{"targets": ["10.0.0.1:80", "[fd00::1]:80"]}]},
]


@pytest.mark.parametrize(("fields", "ours", "theirs"), FIELDS, ids=[next(iter(fields)) for fields, _, _ in FIELDS])
def test_what_the_service_does_not_take_is_told_by_field(fields: dict[str, Any], ours: str, theirs: str) -> None:
    job = {"job_name": "j", **fields}
    (fault,) = faults_of(job)
    assert fault.startswith(f"job j: {ours}")
    (fault,) = scrape_faults(yaml.safe_dump({"scrape_configs": [job]}))
    assert theirs in fault


@pytest.mark.parametrize("fields", FINE)
def test_what_the_service_takes_passes(fields: dict[str, Any]) -> None:
    job = {"job_name": "j", **fields}
    assert list(faults_of(job)) == []
    assert scrape_faults(yaml.safe_dump({"scrape_configs": [job]})) == []


@pytest.mark.parametrize("place", ["global", "job"])
def test_the_simulated_service_refuses_shorter_intervals_wherever_they_stand(place: str) -> None:
    def said(interval: str) -> list[str]:
        timing = {"scrape_interval": interval}
        job = {"job_name": "j", **(timing if place == "job" else {})}
        return scrape_faults(yaml.safe_dump({"global": timing if place == "global" else {}, "scrape_configs": [job]}))

    assert said("30s") == said("1m") == []
    (fault,) = said("29s")
    assert "a managed collector scrapes at most every 30s" in fault
