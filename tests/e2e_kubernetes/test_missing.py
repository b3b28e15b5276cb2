"""A plane whose pods are really gone, for longer than the store remembers: it is missing, and stays so until seen."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from components import roles
from delivery.inside import Inside
from delivery.summary import ask
from tests.deployments.kubernetes import REPLICAS, KubernetesDeployment
from tests.harness.waiting import wait_until

GONE = "dev"
# A query looks back 5 minutes, and the console remembers a target as long.
_FORGOTTEN_S = 370
_FIRES_WITHIN_S = 300
_SEEN_WITHIN_S = 180


def _scale(on_cluster: KubernetesDeployment, replicas: int) -> None:
    for role in (roles.COLLECTOR, roles.API):
        done = on_cluster.cluster.kubectl(
            "-n", on_cluster.cluster.namespace(GONE), "scale", f"deployment/{role}", f"--replicas={replicas}"
        )
        assert done.returncode == 0, done.stderr


def _console(on_cluster: KubernetesDeployment, path: str) -> Any:
    answer = httpx.get(f"{on_cluster.url('console')}/api/v1/{path}", trust_env=False, timeout=10)
    return answer.raise_for_status().json()


def _down(on_cluster: KubernetesDeployment) -> set[tuple[str, str, str]]:
    rows = on_cluster.store.vector('ALERTS{alertname="WorkloadDown"}')
    return {(labels["data_plane_id"], labels["workload"], labels["alertstate"]) for labels, _ in rows}


def _firing(on_cluster: KubernetesDeployment) -> set[tuple[str, str]]:
    rows = on_cluster.store.vector('ALERTS{alertname="DataPlaneDown", alertstate="firing"}')
    return {(labels["data_plane_id"], labels["reason"]) for labels, _ in rows}


@pytest.fixture
def without_pods(on_cluster: KubernetesDeployment) -> Iterator[KubernetesDeployment]:
    """The stack after every pod of a plane has gone."""
    _scale(on_cluster, 0)
    try:
        yield on_cluster
    finally:
        _scale(on_cluster, REPLICAS)


def test_a_plane_without_pods_is_missing_everywhere_until_it_is_seen_again(
    without_pods: KubernetesDeployment,
) -> None:
    began = time.monotonic()
    wait_until(
        lambda: _firing(without_pods),
        lambda seen: (GONE, "missing") in seen,
        within_s=_FIRES_WITHIN_S,
        what="the alert fires",
        every_s=2,
    )
    without_pods.figures.add("kubernetes: alert on a plane without pods, waited", time.monotonic() - began, "s")
    time.sleep(max(0, began + _FORGOTTEN_S - time.monotonic()))

    # Nothing of it is remembered any more …
    assert without_pods.store.vector(f'last_over_time(up{{job="data-plane", data_plane_id="{GONE}"}}[5m])') == []
    # … and yet everything tells of it.
    assert (GONE, "missing") in _firing(without_pods)
    # Five minutes, and until Prometheus takes the pods' series for ended.
    wait_until(
        lambda: _down(without_pods),
        lambda seen: seen == {(GONE, roles.API, "firing")},
        within_s=_SEEN_WITHIN_S,
        what="the alert on its workload fires",
        every_s=2,
    )
    planes = {plane["id"]: plane["state"] for plane in _console(without_pods, "planes")["planes"]}
    assert planes[GONE] == "missing"
    health = _console(without_pods, "health")
    assert (health["state"], health["reason"], health["planes"]["missing"]) == (
        "down",
        f"data plane {GONE} is missing",
        1,
    )
    outputs = without_pods.outputs
    stack = without_pods.stack
    inside = Inside(stack=stack.name, outputs=outputs, environment=stack.workspace.kubectl_environment())
    answers = ask(outputs, inside, within_s=0)
    assert {answer.place.name: answer.fault for answer in answers.places if answer.fault} == {
        f"{GONE} API": "no pod of it is ready",
        f"{GONE} OTLP/HTTP": "no pod of it is ready",
    }
    assert all(answer.asked for answer in answers.places)
    namespace = without_pods.cluster.namespace(GONE)
    assert answers.faults == tuple(f"0 of 1 pods of {role} in {namespace} are ready" for role in ("api", "collector"))

    _scale(without_pods, REPLICAS)
    wait_until(
        lambda: [*_firing(without_pods), *_down(without_pods)],
        lambda seen: not seen,
        within_s=_SEEN_WITHIN_S,
        what="it is seen",
        every_s=2,
    )
    wait_until(
        lambda: {plane["id"]: plane["state"] for plane in _console(without_pods, "planes")["planes"]},
        lambda seen: seen.get(GONE) not in ("missing", "down"),
        within_s=_SEEN_WITHIN_S,
        what="the console shows it",
        every_s=2,
    )
