"""Pods that a stack expects: a workload with fewer ready ones than its least alerts, and other pods do not stand in."""

from pathlib import Path

from config.packs import expected
from tests.unit.packs.judging import firing, judged, pod

DOWN = firing("WorkloadDown", "data_plane_id", "workload", "severity")
DEGRADED = firing("WorkloadDegraded", "data_plane_id", "workload", "severity")
HEALTHY = {
    pod("prod", "api-a"): "1x160",
    pod("prod", "api-b"): "1x160",
    pod("prod", "shop-v2-a", "shop-v2"): "1x160",
    pod("dev", "api-a"): "1x160",
}


def without(*names: str) -> dict[str, str]:
    return {series: values for series, values in HEALTHY.items() if series not in names}


def test_a_workload_without_a_ready_pod_is_down_until_one_is_ready(tmp_path: Path) -> None:
    shop = pod("prod", "shop-v2-a", "shop-v2")
    judged(
        tmp_path,
        # Its pod ends and its successor has no node: the API server lists none with an address.
        {**without(shop), shop: "1x30 stale _x59 1x70"},
        ("5m", DOWN, []),
        ("10m", DOWN, []),
        ("11m", DOWN, [{"data_plane_id": "prod", "workload": "shop-v2", "severity": "critical"}]),
        ("14m50s", DOWN, [{"data_plane_id": "prod", "workload": "shop-v2", "severity": "critical"}]),
        ("15m30s", DOWN, []),
        ("14m", DEGRADED, []),
    )


def test_a_workload_that_was_never_seen_is_down_after_it_had_time_to_start(tmp_path: Path) -> None:
    judged(
        tmp_path,
        without(pod("dev", "api-a")),
        ("4m50s", DOWN, []),
        ("5m10s", DOWN, [{"data_plane_id": "dev", "workload": "api", "severity": "critical"}]),
    )


READY_NONE = [
    {
        "__name__": expected.PODS_READY,
        "environment": "production",
        "data_plane_id": "prod",
        "workload": "shop-v2",
        "value": 0,
    }
]


def test_pods_that_are_not_ready_and_those_of_others_do_not_count(tmp_path: Path) -> None:
    judged(
        tmp_path,
        {
            **without(pod("prod", "api-b"), pod("prod", "shop-v2-a", "shop-v2")),
            pod("prod", "api-b", ready="false"): "1x160",
            pod("prod", "api-c", ready="unknown"): "1x160",
            pod("dev", "shop-v2-a", "shop-v2"): "1x160",
            pod("prod", "shop-v1-a", "shop-v1"): "1x160",
        },
        ("6m", DOWN, [{"data_plane_id": "prod", "workload": "shop-v2", "severity": "critical"}]),
        ("6m", DEGRADED, [{"data_plane_id": "prod", "workload": "api", "severity": "warning"}]),
        ("6m", f'sum({expected.PODS_READY}{{workload="shop-v2"}})', [{"value": 1}]),
        ("6m", f'{expected.PODS_READY}{{workload="shop-v2", data_plane_id="prod"}} == 0', READY_NONE),
    )


def test_more_pods_than_the_least_and_a_rollout_are_no_news(tmp_path: Path) -> None:
    judged(
        tmp_path,
        {
            **HEALTHY,
            pod("prod", "api-c"): "1x160",
            pod("dev", "api-a"): "1x60 stale _x99",
            pod("dev", "api-b"): "_x75 1x90",
        },
        *((moment, alert, []) for moment in ("6m", "10m", "12m", "15m", "20m") for alert in (DOWN, DEGRADED)),
    )
