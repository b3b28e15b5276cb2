"""Pods as Prometheus lists them, judged by a real one: a series for each, whatever its ports, and no pod is asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.agent import agent
from components.pods_file import pods_file
from components.prometheus import FOLDER
from config.services.discovery import PlaneNamespace
from config.services.prometheus import PrometheusConfig, PrometheusFlags, command_line, render
from config.services.scraping import PODS_JOB, SELF_JOB
from tests.harness.ports import free_ports
from tests.harness.processes import Program, running
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until
from tests.unit.services.tools import program

PLANES = tuple(
    PlaneNamespace(namespace=f"planewatch-dev-{name}", data_plane_id=name, environment=f"{name}-environment")
    for name in ("shop", "lab")
)


def listed(pod: str, plane: str = "shop", *, role: str = "api", ready: str = "true", phase: str = "Running") -> Any:
    """Return two ports of a pod as discovery finds them; nothing answers there."""
    labels = {
        "namespace": f"planewatch-dev-{plane}",
        "pod_name": pod,
        "pod_ready": ready,
        "pod_phase": phase,
        **({"pod_label_app_kubernetes_io_name": role} if role else {}),
    }
    return [
        {
            "targets": [f"127.0.0.1:{port}"],
            "labels": {f"__meta_kubernetes_{name}": value for name, value in labels.items()},
        }
        for port in (1, 2)
    ]


PODS = [
    *listed("api-1"),
    *listed("api-2", ready="false"),
    *listed("api-3", ready="unknown", phase="Pending"),
    *listed("api-4", phase="Failed"),
    *listed("shop-v2-1", role="shop-v2"),
    *listed("api-1", "lab"),
    *listed("strange", role=""),
]
SEEN = {
    ("shop", "api", "api-1", "true"),
    ("shop", "api", "api-2", "false"),
    ("shop", "api", "api-3", "unknown"),
    ("shop", "shop-v2", "shop-v2-1", "true"),
    ("lab", "api", "api-1", "true"),
}


def configured(folder: Path, web: int) -> Path:
    """Write the rendered configuration, with what discovery would find, and what a pod's scrape gets."""
    document = yaml.safe_load(render(PrometheusConfig(namespaces=PLANES, pods=True)))
    (job,) = [each for each in document["scrape_configs"] if each["job_name"] == PODS_JOB]
    del job["kubernetes_sd_configs"]
    job["static_configs"] = PODS
    (address,) = SELF_JOB.addresses
    (own,) = [rule for rule in job["relabel_configs"] if rule.get("replacement") == address]
    own["replacement"] = f"127.0.0.1:{web}"
    document["scrape_configs"] = [job]
    document["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    file = pods_file(str(folder))
    Path(file.path).write_text(str(file.content))
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(document))
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A Prometheus that lists the pods."""
    folder = tmp_path_factory.mktemp("pods")
    (web,) = free_ports(1)
    flags = PrometheusFlags(
        config_file=str(configured(folder, web)),
        storage_path=str(folder / "data"),
        listen_addresses=(f"127.0.0.1:{web}",),
        assets=str(folder),
    )
    command = [program("prometheus"), *command_line(flags)]
    with running(Program(command, folder / "prometheus.log"), f"http://127.0.0.1:{web}/-/ready"):
        yield Store(url=f"http://127.0.0.1:{web}")


def test_each_pod_of_a_workload_is_one_series_that_says_whether_it_is_ready(store: Store) -> None:
    rows = wait_until(
        lambda: store.vector(f'up{{job="{PODS_JOB}"}}'),
        lambda seen: len(seen) >= len(SEEN),
        within_s=30,
        what="pods are series",
    )
    told = [
        (labels["data_plane_id"], labels["workload"], labels["pod"], labels["ready"])
        for labels, value in rows
        if value == 1
    ]
    assert sorted(told) == sorted(SEEN)
    assert all(labels["environment"] == f"{labels['data_plane_id']}-environment" for labels, _ in rows)
    assert store.vector(f'scrape_samples_scraped{{job="{PODS_JOB}"}} > 0') == []


def test_an_agent_lists_them_as_a_store_does(tmp_path: Path) -> None:
    (web,) = free_ports(1)
    paths = {
        FOLDER: str(tmp_path),
        "/prometheus": str(tmp_path / "data"),
        "0.0.0.0:9090": f"127.0.0.1:{web}",
    }
    configured(tmp_path, web)
    flags = [
        next((flag.replace(old, new) for old, new in paths.items() if f"={old}" in flag), flag)
        for flag in agent(image="any", config="").command
    ]
    with running(Program([program("prometheus"), *flags], tmp_path / "agent.log"), f"http://127.0.0.1:{web}/-/ready"):
        asked = Store(url=f"http://127.0.0.1:{web}")
        wait_until(
            lambda: [each["health"] for each in asked.get("targets")["activeTargets"]],
            lambda seen: seen == ["up"] * len(SEEN),
            within_s=30,
            what="the agent scrapes each pod's series",
        )
