"""What answers inside a cluster only is asked through forwards, and pods that are not ready are named.

With a real cluster: tests/e2e_kubernetes/test_missing.py.
"""

import time
from pathlib import Path

import pytest

from delivery.look import workloads
from tests.harness.told_cluster import ToldCluster, healthy, pod, states, workload


@pytest.fixture
def cluster(tmp_path: Path) -> ToldCluster:
    return ToldCluster(tmp_path)


def test_every_address_is_asked_where_its_forward_leads(cluster: ToldCluster) -> None:
    answers = cluster.ask()
    assert answers.well
    assert all(answer.asked for answer in answers.places)
    (cluster.folder / "planewatch-dev-prod-api-ill").touch()
    answers = cluster.ask()
    assert not answers.well
    assert states(answers) == {
        "console": None,
        "metrics query": None,
        "prod API": "answers 503",
        "prod OTLP/HTTP": None,
    }


def test_who_may_open_no_forward_reads_that_nothing_was_asked(cluster: ToldCluster) -> None:
    (cluster.folder / "no-forwards").touch()
    answers = cluster.ask()
    assert answers.well
    assert not any(answer.asked for answer in answers.places)
    assert "allow the user to create pods/portforward" in cluster.shown(answers)
    # The pods were looked at all the same.
    cluster.say("prod", [workload("api", 1), *healthy("collector")])
    assert not cluster.ask().well


def test_a_plane_whose_pods_are_gone_is_not_up(cluster: ToldCluster) -> None:
    cluster.say("prod", [workload("api", 2), workload("collector", 2, "StatefulSet")])
    began = time.monotonic()
    answers = cluster.ask()
    # A forward to a workload without pods would wait for one.
    assert time.monotonic() - began < 10
    assert states(answers)["prod API"] == states(answers)["prod OTLP/HTTP"] == "no pod of it is ready"
    assert answers.faults == (
        "0 of 2 pods of api in planewatch-dev-prod are ready",
        "0 of 2 pods of collector in planewatch-dev-prod are ready",
    )
    assert not answers.well
    text = cluster.shown(answers)
    assert "no pod of it is ready" in text
    assert "0 of 2 pods of api in planewatch-dev-prod are ready" in text


def test_pods_that_are_not_ready_are_named_with_the_reason(cluster: ToldCluster) -> None:
    waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}
    unscheduled = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}],
    }
    api = [
        workload("api", 3),
        pod("api", "api-a"),
        pod("api", "api-b", ready=False, **waiting),
        pod("api", "api-c", ready=False, **unscheduled),
    ]
    cluster.say("prod", [*api, *healthy("collector")])
    answers = cluster.ask()
    assert answers.faults == (
        (
            "1 of 3 pods of api in planewatch-dev-prod are ready:"
            " api-b (CrashLoopBackOff), api-c (0/1 nodes are available)"
        ),
    )
    # One can answer, so the address is asked and up; the whole is not well.
    assert states(answers)["prod API"] is None
    assert not answers.well


def test_a_pod_that_is_going_is_neither_ready_nor_at_fault() -> None:
    going = pod("api", "api-a")
    going["metadata"]["deletionTimestamp"] = "2026-11-30T00:00:00Z"
    (found,) = workloads("ns", [workload("api", 1), going, pod("api", "api-b")])
    assert (found.ready, found.unready, found.fault) == (1, (), None)


def test_what_an_edge_publishes_is_not_said_to_be_up(cluster: ToldCluster) -> None:
    edge = {"api_url": "https://prod-api.example.com", "otlp_http_url": "https://prod-otlp.example.com"}
    access = {name: way for name, way in cluster.access.items() if not name.startswith("prod")}
    outputs = cluster.outputs(data_planes={"prod": edge}, access=access)
    cluster.say("prod", [workload("api", 1), *healthy("collector")])
    answers = cluster.ask(outputs)
    asked = {answer.place.name: answer.asked for answer in answers.places}
    assert asked == {"console": True, "metrics query": True, "prod API": False, "prod OTLP/HTTP": False}
    # Its pods are looked at all the same.
    assert answers.faults == ("0 of 1 pods of api in planewatch-dev-prod are ready",)


def test_zones_without_a_forward_are_looked_at(cluster: ToldCluster) -> None:
    """As on AWS with an edge: only the plane that takes data inside the cluster has a forward."""
    outputs = cluster.outputs(
        console_url="https://console.example.com",
        query_url="https://aps.example.com",
        data_planes={
            "far": {"api_url": "https://far.example.com", "otlp_http_url": "https://far-otlp.example.com"},
            "prod": {"api_url": "https://prod.example.com", "otlp_http_url": cluster.urls["prod-otlp-http"]},
        },
        access={"prod-otlp-http": cluster.access["prod-otlp-http"]},
    )
    cluster.say("control", [workload("console", 1)])
    answers = cluster.ask(outputs)
    assert answers.faults == (
        "0 of 1 pods of console in planewatch-dev-control are ready",
        "no workload of the stack is in planewatch-dev-far",
    )
    assert [answer.place.name for answer in answers.places if answer.asked] == ["prod OTLP/HTTP"]
