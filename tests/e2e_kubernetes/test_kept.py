"""What is stored on a cluster outlives the stack, and what grows or shrinks by itself is left alone meanwhile."""

import copy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.harness.kubernetes import OnCluster, temporary_cluster_stack
from tests.harness.prometheus import Store, settled
from tests.harness.settings import Settings
from tests.harness.waiting import wait_until

ZONES = ("prod", "control")
# Neither number of pods is what the API server gives a Deployment that names none.
FIXED, MOST = 2, 4
_LOOK_S = 0.2


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OnCluster, Settings]]:
    """A deployed stack of one plane, with as many pods of each service at most as at least."""
    with temporary_cluster_stack(tmp_path_factory.mktemp("stack"), ("prod",)) as (on, settings):
        settings["controlPlane"]["scrapeIntervalSeconds"] = 3
        settings["kubernetes"] |= {"minimumReplicas": FIXED, "maximumReplicas": FIXED, "storeReplicas": 1}
        on.stack.up(settings).succeeded()
        yield on, settings


def ranged(settings: Settings) -> Settings:
    """Return settings with an autoscaler for each service."""
    return {**settings, "kubernetes": {**settings["kubernetes"], "maximumReplicas": MOST}}


def test_a_range_in_place_of_a_number_causes_no_dip(fixed: tuple[OnCluster, Settings]) -> None:
    on, settings = fixed
    before = on.pods(*ZONES)
    seen = counted_during(on, ranged(settings))
    assert {name for name, _, _ in seen} == {"api", "collector", "console", "thanos-query"}
    assert all(wanted >= FIXED and ready >= FIXED for _, wanted, ready in seen), sorted(seen)
    scaled = {item["metadata"]["name"] for zone in ZONES for item in on.items("horizontalpodautoscalers", zone)}
    assert scaled == {name for name, _, _ in seen}
    assert before.keys() <= on.pods(*ZONES).keys()
    assert on.stack.planned(ranged(settings)) == {}


def test_an_update_leaves_an_autoscaler_s_number_as_it_is(fixed: tuple[OnCluster, Settings]) -> None:
    on, settings = fixed
    more = copy.deepcopy(ranged(settings))
    more["kubernetes"]["minimumReplicas"] = FIXED + 1
    on.stack.up(more).succeeded()
    # The Deployments still say what they were made with.
    wait_until(
        lambda: {wanted for _, wanted, _ in counts(on)},
        lambda found: found == {FIXED + 1},
        within_s=90,
        what="the autoscalers to add a pod",
    )
    # So does the state, and nobody changed anything.
    assert "differs from the state" not in on.stack.up(more).succeeded().text
    api = more["dataPlanes"]["prod"].setdefault("workloads", {}).setdefault("api", {})
    api["environmentVariables"] = {**api.get("environmentVariables", {}), "ERROR_RATE": "0"}
    seen = counted_during(on, more)
    assert {wanted for name, wanted, _ in seen if name == "api"} == {FIXED + 1}, sorted(seen)


def test_volumes_grow_in_place_and_no_pod_restarts(fixed: tuple[OnCluster, Settings]) -> None:
    on, settings = fixed
    pods, before = with_data(on), volumes(on)
    assert len(pods) == len(before) > 1
    assert set(sizes(on).values()) == {"1Gi"}
    larger = {**ranged(settings), "kubernetes": {**ranged(settings)["kubernetes"], "storageSize": "2Gi"}}
    run = on.stack.up(larger).succeeded()
    assert "replaced" not in run.text
    assert set(sizes(on).values()) == {"2Gi"}
    assert volumes(on) == before
    assert with_data(on) == pods
    assert on.stack.planned(larger) == {}
    # What is larger by then stays so.
    on.stack.up(ranged(settings)).succeeded()
    assert set(sizes(on).values()) == {"2Gi"}
    assert with_data(on) == pods


def test_history_is_answered_after_a_destroy_and_the_next_up(fixed: tuple[OnCluster, Settings]) -> None:
    on, settings = fixed
    control, prod = (on.namespace(zone) for zone in ("control", "prod"))
    wait_until(lambda: history(on, settled()), lambda rows: len(rows) >= 4, within_s=60, what="something is stored")
    moment = settled()
    stored, claims = history(on, moment), volumes(on)
    assert claims.keys() == {"alertmanager-alertmanager-0", "alertmanager-alertmanager-1", "prometheus-prometheus-0"}
    run = on.stack.destroy().succeeded()
    assert f"    namespace {control}\n" in run.text
    assert prod not in run.text.partition("Kept, with the data in them:")[2]
    assert on.namespaces() == [control]
    assert on.items("pods,services,deployments,statefulsets,networkpolicies", "control") == []
    assert volumes(on) == claims

    on.stack.up(ranged(settings)).succeeded()
    assert volumes(on) == claims
    after = wait_until(lambda: history(on, moment), within_s=90, what="what was stored before")
    assert after == stored
    assert on.stack.planned(ranged(settings)) == {}


def test_data_is_deleted_where_that_is_said(fixed: tuple[OnCluster, Settings]) -> None:
    on, _ = fixed
    assert on.namespaces()
    on.stack.destroy(delete_data=True).succeeded()
    assert on.namespaces() == []


def counted_during(on: OnCluster, settings: Settings) -> set[tuple[str, int, int]]:
    """Deploy other settings; return everything that ``counts`` says meanwhile."""
    done, seen = threading.Event(), counts(on)

    def look() -> None:
        while not done.wait(_LOOK_S):
            seen.update(counts(on))

    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(look)
        try:
            on.stack.up(settings).succeeded()
        finally:
            done.set()
        looking.result()
    return seen


def counts(on: OnCluster) -> set[tuple[str, int, int]]:
    """Return each Deployment's name, how many pods it shall have, and how many are available."""
    return {
        (item["metadata"]["name"], item["spec"]["replicas"], item["status"].get("availableReplicas", 0))
        for zone in ZONES
        for item in on.items("deployments", zone)
    }


def history(on: OnCluster, moment: float) -> dict[tuple[tuple[str, str], ...], list[Any]]:
    """Return the plane's samples of the half minute before a moment."""
    with on.forwarded("control", "thanos-query", 9090) as url:
        return Store(url=url).samples('up{data_plane_id="prod"}', until=moment, seconds=30)


def with_data(on: OnCluster) -> dict[str, list[str]]:
    """Return when each container of the control plane's pods with data started, by the pod's uid."""
    return {
        pod["metadata"]["uid"]: sorted(
            str(each["state"].get("running", {}).get("startedAt")) for each in pod["status"]["containerStatuses"]
        )
        for pod in on.items("pods", "control")
        if pod["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet"
    }


def sizes(on: OnCluster) -> dict[str, str]:
    """Return how large the volume of each claim of the control plane is."""
    claims = on.items("persistentvolumeclaims", "control")
    return {item["metadata"]["name"]: item["status"]["capacity"]["storage"] for item in claims}


def volumes(on: OnCluster) -> dict[str, str]:
    """Return the volume of each claim of the control plane."""
    claims = on.items("persistentvolumeclaims", "control")
    return {item["metadata"]["name"]: item["spec"].get("volumeName", "") for item in claims}
