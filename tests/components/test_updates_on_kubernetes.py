"""What an update keeps on Kubernetes: pods that autoscalers count, claims, namespaces; and how long it waits."""

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from delivery.live.objects import REPLACED
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.args import KubernetesPlatformArgs, Replicas
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, declare, mocked, run


@pytest.fixture
def cluster() -> Cluster:
    return mocked()


_RUN_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Prometheus")


@pytest.mark.parametrize("most", [3, 5], ids=["fixed", "range"])
def test_a_number_of_replicas_that_an_autoscaler_decides_is_neither_set_nor_taken_out(
    cluster: Cluster, most: int
) -> None:
    ignored: dict[str, list[str]] = {}

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        if declared.type_.endswith(":Deployment"):
            ignored[declared.name] = list(declared.opts.ignore_changes or ())

    args = KubernetesPlatformArgs(control_plane="watch", replicas=Replicas(minimum=3, maximum=most))
    run(lambda: declare(KubernetesPlatform("theirs", args), pulumi.ResourceOptions(transformations=[note])))
    assert len(ignored) > 5
    numbers = {cluster.one("Deployment", name)["spec"].get("replicas") for name in ignored}
    assert numbers == {None if most > 3 else 3}
    assert {tuple(paths) for paths in ignored.values()} == {("spec.replicas",) if most > 3 else ()}


@pytest.mark.parametrize("keep_data", [True, False])
def test_a_namespace_with_claims_outlives_the_stack_and_another_provider_takes_it_over(
    cluster: Cluster, keep_data: bool
) -> None:
    kept: dict[str, bool] = {}

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        if declared.type_.startswith("kubernetes:"):
            kept[declared.name] = bool(declared.opts.retain_on_delete)

    def program() -> None:
        args = KubernetesPlatformArgs(control_plane="watch", claims={"watch": 4, "eu": 0}, keep_data=keep_data)
        own, other = (kubernetes.Provider(name, context="elsewhere") for name in ("own", "adopting"))
        platform = KubernetesPlatform("theirs", args, provider=own, adopting=other)
        declare(platform, pulumi.ResourceOptions(transformations=[note]))

    run(program)
    assert {name for name, is_kept in kept.items() if is_kept} == ({"watch-namespace"} if keep_data else set())
    by = {each.name: str(each.provider).split("::")[-2] for each in cluster.objects}
    assert {name for name, provider in by.items() if provider == "adopting"} == {
        f"{zone}-namespace" for zone in ("eu", "us", "watch")
    }
    assert set(by.values()) == {"own", "adopting"}


@pytest.mark.parametrize("operator", [False, True], ids=["plain", "operator"])
def test_a_size_is_the_claims_and_what_made_them_keeps_its_own(cluster: Cluster, operator: bool) -> None:
    ignored: dict[str, list[str]] = {}

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        if declared.type_.rpartition(":")[2] in ("StatefulSet", "Prometheus"):
            ignored[declared.name] = list(declared.opts.ignore_changes or ())

    args = KubernetesPlatformArgs(
        control_plane="watch",
        storage_size="3Gi",
        store_replicas=3,
        prometheus_operator=operator,
        access=ClusterAccess(context="elsewhere"),
    )
    run(lambda: declare(KubernetesPlatform("theirs", args), pulumi.ResourceOptions(transformations=[note])))
    made = {each.name: each.inputs for each in cluster.made if each.typ.endswith(":Claims")}
    assert made.keys() == {"watch-prometheus-claims", "watch-alertmanager-claims"}
    store = made["watch-prometheus-claims"]
    assert (store["namespace"], store["size"], store["context"]) == ("planewatch-theirs-watch", "3Gi", "elsewhere")
    by = "prometheus-planewatch-theirs" if operator else "prometheus"
    assert store["names"] == [f"prometheus-{by}-{number}" for number in range(3)]
    assert made["watch-alertmanager-claims"]["names"] == [f"alertmanager-alertmanager-{number}" for number in range(2)]
    in_template = "spec.volumeClaimTemplates[0].spec.resources"
    assert ignored.pop("watch-alertmanager") == [in_template]
    (paths,) = ignored.values()
    assert paths == ["spec.storage.volumeClaimTemplate.spec.resources" if operator else in_template]


@pytest.mark.parametrize("operator", [False, True], ids=["plain", "operator"])
def test_every_wait_for_pods_is_bounded(cluster: Cluster, operator: bool) -> None:
    waits: dict[tuple[str, str], pulumi.CustomTimeouts | None] = {}

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        if (kind := declared.type_.rpartition(":")[2]) in _RUN_PODS:
            waits[kind, declared.name] = declared.opts.custom_timeouts

    args = KubernetesPlatformArgs(
        control_plane="watch",
        replicas=Replicas(minimum=2, maximum=5),
        progress_deadline_s=90,
        prometheus_operator=operator,
    )
    run(lambda: declare(KubernetesPlatform("theirs", args), pulumi.ResourceOptions(transformations=[note])))
    found = {key: (wait.create, wait.update) if wait else None for key, wait in waits.items()}
    assert found["Deployment", "eu-shop"] == ("120s", "240s")
    assert found["StatefulSet", "watch-alertmanager"] == ("300s", "480s")
    store = ("Prometheus", "watch-prometheus-prometheus") if operator else ("StatefulSet", "watch-prometheus")
    assert found[store] == ("300s", "480s")
    assert None not in found.values()
    pods = [each for each in cluster.objects if "template" in (each.inputs.get("spec") or {})]
    assert len(found) == len(pods) + operator > 5


@pytest.mark.usefixtures("cluster")
def test_what_up_may_have_replaced_goes_before_another_takes_its_name() -> None:
    found: dict[tuple[str, str], bool | None] = {}

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        if (kind := declared.type_.rpartition(":")[2]) in REPLACED:
            found[kind, declared.name] = declared.opts.delete_before_replace

    args = KubernetesPlatformArgs(control_plane="watch")
    run(lambda: declare(KubernetesPlatform("theirs", args), pulumi.ResourceOptions(transformations=[note])))
    assert {kind for kind, _ in found} == REPLACED
    assert [key for key, first in found.items() if not first] == []
