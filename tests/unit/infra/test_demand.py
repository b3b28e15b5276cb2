"""What zones ask of a cluster, and whether it fits into their quota."""

from decimal import Decimal
from typing import Any

import pytest

from components.platform import RemoteWrite
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes.demand import hard
from infra.platforms.kubernetes.planned import MetricsPlan, kept_on_cluster
from infra.platforms.kubernetes.preflight.own_quotas import too_large, too_small
from infra.platforms.kubernetes.quantity import amount
from tests.components.declaring import settings
from tests.harness.planned import Metrics, needed, planned

EDGE = {"domain": "watch.example.com", "controllerNamespace": "ingress"}


def of(kubernetes: dict[str, Any], *, access: str = "local", **workload: Any) -> StackSettings:
    plane = {"access": access, "workloads": {"api": {"cpus": 1.0, "memoryMib": 1024, **workload}}}
    return settings({"platform": "kubernetes", "kubernetes": {"ingress": EDGE, **kubernetes}}, prod=plane)


def written(_: Stack) -> MetricsPlan:
    """Keep metrics elsewhere: collectors write them, and keep what is not written yet."""
    return MetricsPlan(ingest=RemoteWrite(endpoint="https://x", region="r", interval_s=10))


def asked(said: StackSettings, zone: str, replicas: int, metrics: Metrics = kept_on_cluster) -> dict[str, float]:
    return {name: float(value) for name, value in needed(said, replicas, metrics)[zone].items()}


def small(said: StackSettings) -> list[str]:
    return too_small(said.kubernetes, planned(said))


def claims(said: StackSettings, zone: str, metrics: Metrics = kept_on_cluster) -> str:
    return hard(planned(said, metrics)[zone], said.kubernetes)["persistentvolumeclaims"]


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("50", "50"), ("500m", "0.5"), ("2Gi", str(2 << 30)), ("512Mi", str(512 << 20)), ("3k", "3000"), ("1e3", "1000")],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(quantity: str, value: str) -> None:
    assert amount(quantity) == Decimal(value)


def test_a_plane_asks_for_its_collector_and_workloads_and_one_more_of_each_while_they_roll() -> None:
    found = asked(of({}), "prod", 2)
    assert found["pods"] == 6
    # The collector may use half a core and 256 MiB.
    assert found["limits.cpu"] == 4.5
    assert found["limits.memory"] == 3 * (1024 + 256) << 20
    assert found["requests.cpu"] == 0.45
    assert found["persistentvolumeclaims"] == 0


def test_what_is_to_be_reserved_is_what_is_asked_for() -> None:
    found = asked(of({}, requests={"cpus": 0.75, "memoryMib": 1000}), "prod", 2)
    # The collector's are a tenth of half a core, and half of 256 MiB.
    assert found["requests.cpu"] == 2.4
    assert found["requests.memory"] == 3 * (1000 + 128) << 20
    assert found["limits.cpu"] == 4.5


def test_the_stacks_own_services_ask_for_what_the_stack_says() -> None:
    own = {"memoryMib": 4096, "cpus": 2.0, "requests": {"memoryMib": 3000, "cpus": 1.0}}
    names = ("prometheus", "alertmanager", "console", "thanosQuery", "thanosSidecar")
    said = {"platform": "kubernetes", "controlPlane": {"resources": dict.fromkeys(names, own)}}
    found = asked(settings(said, prod={"resources": {"collector": own}}), "control", 2)
    # Two of each StatefulSet, with a sidecar beside each Prometheus; three consoles and Thanos Queries while they roll.
    assert found["limits.cpu"] == 2.0 * (2 + 2 + 2 + 3 + 3)
    assert found["requests.cpu"] == 1.0 * (2 + 2 + 2 + 3 + 3)
    assert found["requests.memory"] == 3000 * 12 << 20


def test_a_remote_plane_asks_for_one_collector_and_one_more_while_it_rolls() -> None:
    assert asked(of({}, access="remote"), "prod", 6)["pods"] == 2 + 7


def test_collectors_with_logs_are_as_many_as_at_rest_and_ask_for_a_claim_each() -> None:
    found = asked(of({"minimumReplicas": 4, "storageSize": "5Gi"}), "prod", 6, written)
    assert (found["pods"], found["persistentvolumeclaims"], found["requests.storage"]) == (4 + 7, 4, 20 << 30)
    found = asked(of({"minimumReplicas": 4}, access="remote"), "prod", 6, written)
    assert (found["pods"], found["persistentvolumeclaims"]) == (1 + 7, 1)


def test_a_control_plane_without_a_store_is_a_console() -> None:
    found = asked(of({}), "control", 2, written)
    assert (found["pods"], found["limits.cpu"], found["persistentvolumeclaims"]) == (3, 1.5, 0)


def test_the_control_plane_asks_for_claims_too() -> None:
    found = asked(of({"storageSize": "5Gi", "storeReplicas": 3}), "control", 2)
    assert found["persistentvolumeclaims"] == 5
    assert found["requests.storage"] == 25 << 30


def test_a_quota_leaves_room_for_twice_the_claims_that_the_settings_stand_for() -> None:
    # Five replicas, declared to the operator, have ten claims of Prometheus and two of Alertmanager in the end.
    assert claims(of({"storeReplicas": 5}), "control") == "14"
    assert claims(of({}), "control") == "10"
    many = {"minimumReplicas": 30, "maximumReplicas": 30}
    assert claims(of(many), "prod") == "10"
    assert claims(of(many), "prod", written) == "60"
    assert claims(of(many, access="remote"), "prod", written) == "10"


def test_what_fits_is_no_fault() -> None:
    assert small(of({})) == []
    assert too_large(of({})) == []


def test_what_does_not_fit_is_reported_with_both_numbers_and_the_remedy() -> None:
    (fault,) = small(of({"maximumReplicas": 7}, cpus=4.0))
    assert fault == (
        "plane prod needs limits.cpu 36 (quota: 32) with 7 replicas and one more during a rollout; set cpus ≥ 36, or"
        " lower kubernetes.maximumReplicas or the cpus, memoryMib and requests of its services"
    )


def test_half_of_a_quota_may_be_requested() -> None:
    # A container requests 10 millicores at least, here ten times what it may use: 1.11 cores of 101 and two collectors.
    said = of(
        {"maximumReplicas": 100, "zoneQuota": {"pods": 400, "cpus": 2}}, access="remote", cpus=0.001, memoryMib=16
    )
    (fault,) = [fault for fault in small(said) if fault.startswith("plane prod")]
    assert "needs requests.cpu 1.11 (quota: 1) with" in fault
    assert "set cpus ≥ 3, or" in fault


def test_a_quota_too_small_at_rest_is_reported_with_both_numbers_of_replicas() -> None:
    plane, control = small(of({"minimumReplicas": 30, "maximumReplicas": 30}))
    assert "plane prod needs pods 62 (quota: 50) and limits.cpu 46.5 (quota: 32)" in plane
    assert "set pods ≥ 62 and cpus ≥ 47, or lower kubernetes.minimumReplicas and max" in plane
    assert control.startswith("the control plane needs pods 66 (quota: 50)")


def test_where_only_pods_are_too_many_smaller_workloads_are_no_remedy() -> None:
    (plane,) = [
        fault for fault in small(of({"maximumReplicas": 8, "zoneQuota": {"pods": 17}})) if "plane prod" in fault
    ]
    assert plane.endswith("set pods ≥ 18, or lower kubernetes.maximumReplicas")


def test_a_larger_quota_takes_it() -> None:
    assert small(of({"maximumReplicas": 7, "zoneQuota": {"cpus": 36}}, cpus=4.0)) == []


def test_a_container_above_the_zones_bound_is_reported() -> None:
    faults = too_large(of({}, cpus=9.0, memoryMib=20000))
    assert faults == [
        "dataPlanes.prod.workloads.api.cpus must be ≤ 8, the limit for one container (got 9)",
        "dataPlanes.prod.workloads.api.memoryMib must be ≤ 16384, the limit for one container (got 20000)",
    ]
    own = {"controlPlane": {"resources": {"thanosQuery": {"cpus": 9.0}}}}
    plane = {"resources": {"collector": {"memoryMib": 16385}}}
    assert too_large(settings(own, prod=plane)) == [
        "controlPlane.resources.thanosQuery.cpus must be ≤ 8, the limit for one container (got 9)",
        "dataPlanes.prod.resources.collector.memoryMib must be ≤ 16384, the limit for one container (got 16385)",
    ]
