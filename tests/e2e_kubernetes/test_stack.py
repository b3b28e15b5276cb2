"""What `up` leaves on a cluster, and what a change of the stack does to its pods."""

import httpx
import pytest

from tests.deployments import Role
from tests.deployments.kubernetes import PLANES, KubernetesDeployment
from tests.harness.ports import free_ports
from tests.harness.settings import plane
from tests.harness.waiting import wait_until

_API_SERVER = ("kubernetes.default.svc", 443)


def test_every_replica_is_scraped_under_the_name_of_its_pod(on_cluster: KubernetesDeployment) -> None:
    pods = {pod for name in PLANES for pod in on_cluster.pods(Role(zone=name, name="collector"))}
    wait_until(
        lambda: {labels["pod"] for labels, _ in on_cluster.store.vector('up{job="data-plane"} == 1')},
        lambda seen: seen >= pods,
        within_s=60,
        what="every collector is scraped",
    )
    for name in PLANES:
        seen = {labels["pod"] for labels, _ in on_cluster.store.vector(f'up{{data_plane_id="{name}"}} == 1')}
        assert seen >= set(on_cluster.pods(Role(zone=name, name="collector")))


@pytest.mark.parametrize(("zone", "name"), [*((name, "api") for name in PLANES), (PLANES[0], "collector")])
def test_a_plane_reaches_no_api_server(on_cluster: KubernetesDeployment, zone: str, name: str) -> None:
    collector = (f"collector.{on_cluster.cluster.namespace(zone)}.svc", 4318)
    with on_cluster.inside(Role(zone=zone, name=name)) as inside:
        # Its collector is tried along: were the attempt itself broken, that would not open either.
        tried = {_API_SERVER, collector} if name == "api" else {_API_SERVER}
        assert inside.opened(tried) == tried - {_API_SERVER}


def test_pods_run_restricted_and_without_a_token(on_cluster: KubernetesDeployment) -> None:
    for zone in on_cluster.zones:
        for pod in on_cluster.cluster.items("pods", zone):
            spec, name = pod["spec"], pod["metadata"]["name"]
            assert spec["securityContext"]["runAsNonRoot"], name
            mounts_token = any("token" in volume["name"] or "kube-api" in volume["name"] for volume in spec["volumes"])
            assert mounts_token == name.startswith("prometheus"), name
            for container in spec["containers"]:
                assert container["securityContext"]["readOnlyRootFilesystem"], name
                assert container["resources"]["limits"].keys() == {"cpu", "memory"}, name


def test_nothing_changes_without_a_change(on_cluster: KubernetesDeployment) -> None:
    assert on_cluster.stack.planned(on_cluster.settings) == {}


def test_the_store_lists_the_targets_whose_errors_the_console_tells(on_cluster: KubernetesDeployment) -> None:
    listed = on_cluster.store.get("targets", state="active")["activeTargets"]
    planes = {target["labels"]["data_plane_id"] for target in listed if target["labels"]["job"] == "data-plane"}
    assert planes == set(on_cluster.planes)
    assert all("lastError" in target for target in listed)


def test_a_plane_more_and_less_restarts_no_pod(on_cluster: KubernetesDeployment) -> None:
    before = on_cluster.running()
    assert len(before.pods) >= 2 * (2 * len(PLANES) + 4)
    more = on_cluster.changed_settings()
    more["dataPlanes"]["qa"] = plane(*free_ports(2))
    on_cluster.apply(more).succeeded()
    # The kubelet brings a changed ConfigMap in within a minute or so, then the sidecar has it read.
    wait_until(
        lambda: on_cluster.store.vector('up{data_plane_id="qa"} == 1'),
        lambda rows: len(rows) == 4,
        within_s=180,
        what="the new plane is scraped",
        every_s=1,
    )
    assert on_cluster.disturbed(before) == []
    on_cluster.apply(on_cluster.settings).succeeded()
    assert on_cluster.disturbed(before) == []
    gone = on_cluster.cluster.kubectl("get", "namespace", on_cluster.cluster.namespace("qa"))
    assert "NotFound" in gone.stderr


def test_a_failing_rollout_is_reported_while_the_old_pods_serve_and_the_next_up_repairs(
    on_cluster: KubernetesDeployment,
) -> None:
    before = on_cluster.running()
    broken = on_cluster.changed_settings()
    # Long enough for the new pod to fail a few times.
    broken["kubernetes"]["progressDeadlineSeconds"] = 30
    variables = {**broken["dataPlanes"]["prod"]["workloads"]["api"]["environmentVariables"], "ERROR_RATE": "seven"}
    broken["dataPlanes"]["prod"]["workloads"]["api"]["environmentVariables"] = variables
    run = on_cluster.apply(broken).failed()
    on_cluster.figures.add("kubernetes: up that fails because a pod cannot start", run.seconds, "s")
    # Why, in the words of its program; and which pod.
    assert "ERROR_RATE" in run.text, run.text
    assert "api-" in run.text
    # The pod that cannot start came, and nothing else happened to any.
    changed = on_cluster.disturbed(before)
    assert {pod.role for pod in changed} == {Role(zone="prod", name="api")}
    assert not {pod.name for pod in changed} & {pod.name for pod in before.pods.values()}
    assert httpx.get(f"{on_cluster.url('prod-http')}/health", trust_env=False).is_success
    on_cluster.apply(on_cluster.settings).succeeded()
    on_cluster.wait_well()
    assert on_cluster.disturbed(before) == []
    assert on_cluster.stack.planned(on_cluster.settings) == {}
