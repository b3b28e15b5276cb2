"""What answers inside a cluster only is asked through forwards, and pods that are not ready are named.

With a real cluster: tests/e2e_kubernetes/test_missing.py.
"""

import time
from pathlib import Path

import pytest

from delivery.inside import MOST_FORWARDS
from delivery.look import workloads
from tests.harness.ports import free_port
from tests.harness.told_cluster import NAMING, ToldCluster, healthy, pod, states, workload


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
            " api-b (CrashLoopBackOff), api-c (waits for a node: 0/1 nodes are available)"
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


def test_of_many_planes_the_first_of_each_kind_are_asked_and_of_the_others_the_pods(cluster: ToldCluster) -> None:
    planes = [f"p{number}" for number in range(100)]
    api, otlp = (cluster.access[name] for name in ("prod-http", "prod-otlp-http"))
    own = NAMING.namespace("prod")
    access = {"console": cluster.access["console"], "query": cluster.access["query"]}
    for plane in planes:
        cluster.say(plane, healthy("api", "collector"))
        namespace = NAMING.namespace(plane)
        access |= {f"{plane}-http": api.replace(own, namespace), f"{plane}-otlp-http": otlp.replace(own, namespace)}
    cluster.say("p70", [workload("api", 1), *healthy("collector")])
    outputs = cluster.outputs(
        access=access,
        data_planes={
            plane: {
                "api_url": f"http://{NAMING.host('api', plane)}:8000",
                "api_health_url": f"http://{NAMING.host('api', plane)}:8000/health",
                "otlp_http_url": f"http://{NAMING.host('collector', plane)}:4318",
            }
            for plane in planes
        },
    )
    answers = cluster.ask(outputs)
    assert len(cluster.forwards) == MOST_FORWARDS
    assert {line.partition(" ")[2] for line in cluster.forwards} == {
        f"service/{role}" for role in ("console", "thanos-query", "api", "collector")
    }
    # One without a pod is told of all the same, and what was not asked is not said to be up.
    assert {name: fault for name, fault in states(answers).items() if fault} == {"p70 API": "no pod of it is ready"}
    ready = 202 - MOST_FORWARDS - 1
    assert sum(answer.ready for answer in answers.places) == ready
    assert all(answer.asked != answer.ready for answer in answers.places)
    text = cluster.shown(answers)
    assert f"{ready} addresses were not asked, since others of their kind were: a pod behind each is ready." in text
    assert [line.split()[-2] for line in text.splitlines() if " p99 API " in line] == ["ready"]


def test_pods_are_looked_at_where_no_address_has_a_forward(cluster: ToldCluster) -> None:
    """As on AWS with an edge for every plane: the addresses are asked as anywhere, and the pods by kubectl."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    outputs = cluster.outputs(
        console_url=here,
        query_url=here,
        query_health_url=here,
        data_planes={"prod": {"api_url": here, "otlp_http_url": here}},
        access={},
    )
    cluster.say("prod", [workload("api", 1), *healthy("collector")])
    answers = cluster.ask(outputs)
    assert answers.faults == ("0 of 1 pods of api in planewatch-dev-prod are ready",)
    assert set(states(answers).values()) == {"does not answer (Connection refused)"}
    cluster.forbid("control", "prod")
    text = cluster.shown(cluster.ask(outputs))
    assert "Pods were not looked at: Error from server (Forbidden)" in text


def test_a_stack_of_an_earlier_version_names_no_command_for_its_cluster(cluster: ToldCluster) -> None:
    assert cluster.ask(cluster.outputs(kubectl="")).well
    assert cluster.looks == ["all"]
