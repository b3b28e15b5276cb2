"""What zones ask of a cluster, and whether it fits into their quota."""

from decimal import Decimal
from typing import Any

import pytest

from config.settings import StackSettings
from infra.platforms.kubernetes.demand import amount, demand
from infra.platforms.kubernetes.preflight import quotas
from tests.components.declaring import settings


def of(kubernetes: dict[str, Any], **workload: Any) -> StackSettings:
    plane = {"workloads": {"api": {"cpus": 1.0, "memoryMib": 1024, **workload}}}
    return settings({"platform": "kubernetes", "kubernetes": kubernetes}, prod=plane)


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("50", "50"), ("500m", "0.5"), ("2Gi", str(2 << 30)), ("512Mi", str(512 << 20)), ("3k", "3000"), ("1e3", "1000")],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(quantity: str, value: str) -> None:
    assert amount(quantity) == Decimal(value)


def test_a_plane_asks_for_its_collector_and_workloads_and_one_more_of_each_while_they_roll() -> None:
    asked = demand(of({}), "prod", 2).amounts()
    assert asked["pods"] == 6
    # The collector may use half a core and 256 MiB.
    assert asked["limits.cpu"] == Decimal("4.5")
    assert asked["limits.memory"] == 3 * (1024 + 256) << 20
    assert asked["requests.cpu"] == Decimal("0.45")
    assert asked["persistentvolumeclaims"] == 0


def test_the_control_plane_asks_for_claims_too() -> None:
    asked = demand(of({"storageSize": "5Gi", "storeReplicas": 3}), "control", 2).amounts()
    assert asked["persistentvolumeclaims"] == 5
    assert asked["requests.storage"] == 25 << 30


def test_what_fits_is_no_fault() -> None:
    assert quotas.too_small(of({})) == []
    assert quotas.too_large(of({})) == []


def test_what_does_not_fit_is_told_with_both_numbers_and_the_remedy() -> None:
    (fault,) = quotas.too_small(of({"maximumReplicas": 7}, cpus=4.0))
    assert fault.startswith("plane prod asks for 36 of limits.cpu where 32 are allowed")
    assert "with 7 replicas" in fault
    assert "kubernetes.maximumReplicas" in fault


def test_a_larger_quota_takes_it() -> None:
    assert quotas.too_small(of({"maximumReplicas": 7, "zoneQuota": {"cpus": 36}}, cpus=4.0)) == []


def test_a_container_above_the_zones_bound_is_told() -> None:
    faults = quotas.too_large(of({}, cpus=9.0, memoryMib=20000))
    assert faults == [
        "prod.workloads.api.cpus is 9; wanted at most 8, which is a zone's bound for a container",
        "prod.workloads.api.memoryMib is 20000; wanted at most 16384, which is a zone's bound for a container",
    ]
