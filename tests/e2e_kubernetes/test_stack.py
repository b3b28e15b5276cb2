"""The topology on a real cluster keeps the promises that it keeps on Docker."""

import copy
import json
import time

import httpx
import pytest

from tests.e2e_kubernetes.conftest import PLANES
from tests.harness.kubernetes import OnCluster
from tests.harness.ports import free_ports
from tests.harness.prometheus import Store
from tests.harness.settings import Settings, plane
from tests.harness.waiting import wait_until

ZONES = (*PLANES, "control")
# Connects from inside a pod; a dropped packet is a time-out, which is an answer too.
REACH = """
import json, socket
found = {}
for host, port in json.loads(TARGETS):
    try:
        socket.create_connection((host, port), timeout=3).close()
        found[f"{host}:{port}"] = True
    except OSError:
        found[f"{host}:{port}"] = False
print(json.dumps(found))
"""


def reach(stack: OnCluster, zone: str, role: str, targets: list[tuple[str, int]]) -> dict[str, bool]:
    """Return which targets a pod of the workload can open a connection to."""
    program = f"TARGETS = {json.dumps(json.dumps(targets))}\n{REACH}"
    found: dict[str, bool] = json.loads(stack.python(zone, role, program))
    return found


def test_outputs_have_the_same_keys_and_say_how_to_get_there(on_cluster: OnCluster) -> None:
    outputs = on_cluster.stack.outputs()
    assert outputs.platform == "kubernetes"
    assert set(outputs.data_planes) == set(PLANES)
    assert set(outputs.access) == {
        "console",
        "query",
        *(f"{name}-{port}" for name in PLANES for port in ("http", "otlp-http")),
    }


def test_a_request_is_in_the_store_and_on_the_console_in_time(on_cluster: OnCluster) -> None:
    count = (
        'sum(http_server_request_duration_seconds_count{data_plane_id="prod",http_route="/api/products"}) or vector(0)'
    )
    with (
        on_cluster.forwarded("prod", "api", 8000) as api,
        on_cluster.forwarded("control", "thanos-query", 9090) as query,
        on_cluster.forwarded("control", "console", 8080) as console,
    ):
        store = Store(url=query)
        wait_until(
            lambda: len(store.vector('up{job="data-plane"} == 1')), lambda n: n == 4, within_s=60, what="targets"
        )
        before = store.value(count) or 0
        for _ in range(10):
            httpx.get(f"{api}/api/products", trust_env=False).raise_for_status()
        sent = time.monotonic()
        wait_until(lambda: store.value(count) or 0, lambda now: now >= before + 10, within_s=15, what="in the store")
        wait_until(
            lambda: [
                one["request_rate"]
                for one in httpx.get(f"{console}/api/v1/planes", trust_env=False).json()["planes"]
                if one["id"] == "prod"
            ],
            lambda rates: bool(rates and rates[0]),
            within_s=max(1.0, 30 - (time.monotonic() - sent)),
            what="on the console",
        )


def test_targets_carry_the_identity_of_their_namespace(on_cluster: OnCluster) -> None:
    with on_cluster.forwarded("control", "thanos-query", 9090) as query:
        up = wait_until(
            lambda: Store(url=query).vector("up == 1"), lambda rows: len(rows) == 11, within_s=60, what="every target"
        )
    jobs = sorted((labels["job"], labels.get("data_plane_id", "")) for labels, _ in up)
    assert jobs == sorted(
        [
            *[(job, name) for name in PLANES for job in ("data-plane", "otel-collector") for _ in range(2)],
            ("alertmanager", ""),
            ("alertmanager", ""),
            ("prometheus", ""),
        ]
    )


@pytest.mark.parametrize(("zone", "other"), [("prod", "dev"), ("dev", "prod")])
def test_a_plane_reaches_its_collector_and_nothing_else(on_cluster: OnCluster, zone: str, other: str) -> None:
    def host(role: str, where: str) -> str:
        return f"{role}.{on_cluster.namespace(where)}.svc"

    allowed = [(host("collector", zone), 4317), (host("collector", zone), 4318)]
    refused = [
        (host("collector", zone), 8889),
        (host("api", other), 8000),
        *((host("collector", other), port) for port in (4317, 4318, 8888, 8889, 13133)),
        (host("prometheus", "control"), 9090),
        (host("prometheus", "control"), 10901),
        (host("thanos-query", "control"), 9090),
        (host("alertmanager", "control"), 9093),
        (host("console", "control"), 8080),
        ("kubernetes.default.svc", 443),
    ]
    found = reach(on_cluster, zone, "api", [*allowed, *refused])
    assert found == {
        **{f"{name}:{port}": True for name, port in allowed},
        **{f"{name}:{port}": False for name, port in refused},
    }


def test_pods_run_restricted_and_without_a_token(on_cluster: OnCluster) -> None:
    for zone in ZONES:
        for pod in on_cluster.items("pods", zone):
            spec, name = pod["spec"], pod["metadata"]["name"]
            assert spec["securityContext"]["runAsNonRoot"], name
            mounts_token = any("token" in volume["name"] or "kube-api" in volume["name"] for volume in spec["volumes"])
            assert mounts_token == name.startswith("prometheus"), name
            for container in spec["containers"]:
                assert container["securityContext"]["readOnlyRootFilesystem"], name
                assert container["resources"]["limits"].keys() == {"cpu", "memory"}, name


def test_nothing_changes_without_a_change(deployed: tuple[OnCluster, Settings]) -> None:
    stack, settings = deployed
    assert stack.stack.planned(settings) == {}


def test_a_plane_more_and_less_restarts_no_pod(deployed: tuple[OnCluster, Settings]) -> None:
    stack, settings = deployed
    before = stack.pods(*ZONES)
    more = copy.deepcopy(settings)
    more["dataPlanes"]["qa"] = plane(*free_ports(2))
    stack.stack.up(more).succeeded()
    with stack.forwarded("control", "thanos-query", 9090) as query:
        # The kubelet brings a changed ConfigMap in within a minute or so, then the sidecar has it read.
        wait_until(
            lambda: Store(url=query).vector('up{data_plane_id="qa"} == 1'),
            lambda rows: len(rows) == 4,
            within_s=180,
            what="the new plane is scraped",
        )
    assert stack.pods(*ZONES) == before
    stack.stack.up(settings).succeeded()
    assert stack.pods(*ZONES) == before
    gone = stack.kubectl("get", "namespace", stack.namespace("qa"))
    assert "NotFound" in gone.stderr


def test_a_failing_rollout_is_told_while_the_old_pods_serve(deployed: tuple[OnCluster, Settings]) -> None:
    stack, settings = deployed
    before = stack.pods("prod")
    broken = copy.deepcopy(settings)
    broken["dataPlanes"]["prod"]["workloads"] = {"api": {"environmentVariables": {"ERROR_RATE": "seven"}}}
    run = stack.stack.up(broken).failed()
    assert "ERROR_RATE" in run.text, run.text
    assert before.items() <= stack.pods("prod").items()
    with stack.forwarded("prod", "api", 8000) as api:
        assert httpx.get(f"{api}/health", trust_env=False).is_success
    stack.stack.up(settings).succeeded()
    assert stack.pods("prod") == before
