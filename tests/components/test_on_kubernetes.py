"""The components in a program that is not ours, on Kubernetes: a platform of its own arguments, and any names."""

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
import yaml

from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.toleration import Toleration
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.args import EdgeArgs, KubernetesPlatformArgs, PodArgs, Replicas, ZoneQuota
from infra.platforms.kubernetes.of_stack import platform_args
from infra.platforms.kubernetes.planned import kept_on_cluster
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.latecomers import latecomers
from tests.components.on_kubernetes import GATEWAY, Cluster, declare, mocked, plane, run


@pytest.fixture
def cluster() -> Cluster:
    return mocked()


@pytest.mark.parametrize(
    "args",
    [
        KubernetesPlatformArgs(control_plane="watch"),
        KubernetesPlatformArgs(control_plane="watch", edge=GATEWAY),
        KubernetesPlatformArgs(control_plane="watch", prometheus_operator=True),
    ],
    ids=["plain", "gateway", "operator"],
)
def test_a_control_plane_may_have_any_name(cluster: Cluster, args: KubernetesPlatformArgs) -> None:
    run(lambda: declare(KubernetesPlatform("theirs", args)))
    assert {each.inputs["metadata"]["name"] for each in cluster.objects if each.typ.endswith(":Namespace")} == {
        f"planewatch-theirs-{zone}" for zone in ("eu", "us", "watch")
    }
    # Nothing is in a zone, or lets anybody in from one, that the program does not have.
    assert "planewatch-theirs-control" not in str([each.inputs for each in cluster.objects])
    own = [each.name for each in cluster.objects if not each.name.startswith(("eu-", "us-", "watch-", "edge-"))]
    assert own == []
    (subject,) = cluster.one("RoleBinding", "eu-discovery-binding")["subjects"]
    assert subject["namespace"] == "planewatch-theirs-watch"
    if args.edge:
        (route,) = cluster.one("HTTPRoute", "eu-shop-route")["spec"]["parentRefs"]
        gateway = cluster.one("Gateway", "edge-gateway")["metadata"]
        assert (route["name"], route["namespace"]) == (gateway["name"], gateway["namespace"])
        assert cluster.one("HTTPRoute", "watch-console-route")["spec"]["hostnames"] == ["console.watch.example.com"]


@pytest.mark.parametrize("interval_s", [10, 20])
def test_a_collector_that_is_asked_to_stop_stays_for_another_scrape(cluster: Cluster, interval_s: int) -> None:
    args = KubernetesPlatformArgs(control_plane="watch", scrape_interval_s=interval_s)
    run(lambda: plane("eu", KubernetesPlatform("theirs", args)))
    spec = cluster.one("Deployment", "eu-collector")["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    drain_s = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert drain_s > interval_s
    assert spec["terminationGracePeriodSeconds"] > drain_s


def test_the_platform_takes_the_scrape_interval_of_the_stack() -> None:
    settings = StackSettings.model_validate(
        {
            "platform": "kubernetes",
            "controlPlane": {"scrapeIntervalSeconds": 20},
            "dataPlanes": {"prod": {"apiPort": 8081, "otlpHttpPort": 4381}},
        }
    )
    stack = Stack(name="sample", settings=settings, alert_webhook_url=None)
    assert platform_args(stack, ClusterAccess(), kept_on_cluster(stack)).scrape_interval_s == 20


def test_a_control_plane_that_the_platform_was_not_told_of_is_refused(cluster: Cluster) -> None:
    with pytest.raises(ValueError, match=r"must be 'control', control_plane of .* \(got 'watch'\)"):
        run(lambda: declare(KubernetesPlatform("theirs")))
    assert not any(each.name.startswith("watch") for each in cluster.objects)


def test_what_the_platform_was_told_is_in_its_objects(cluster: Cluster) -> None:
    args = KubernetesPlatformArgs(
        control_plane="watch",
        release="2.0.0",
        labels={"team": "orders"},
        replicas=Replicas(minimum=3, maximum=5),
        storage_class="fast",
        storage_size="3Gi",
        pods=PodArgs(
            node_selector={"pool": "metrics"},
            tolerations=[Toleration(key="dedicated", value="metrics", effect="NoSchedule")],
            image_pull_secrets=["registry"],
            control_plane_class="high",
        ),
        quota=ZoneQuota(pods=7, cpus=4, memory_gib=8),
        claims={"eu": 8},
    )
    run(lambda: declare(KubernetesPlatform("theirs", args)))
    shop = cluster.one("Deployment", "eu-shop")
    assert shop["metadata"]["labels"]["team"] == "orders"
    assert shop["metadata"]["labels"]["app.kubernetes.io/version"] == "2.0.0"
    pod = shop["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"pool": "metrics"}
    assert pod["tolerations"] == [{"key": "dedicated", "operator": "Equal", "value": "metrics", "effect": "NoSchedule"}]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert "priorityClassName" not in pod
    assert cluster.one("Deployment", "watch-console")["spec"]["template"]["spec"]["priorityClassName"] == "high"
    scaled = cluster.one("HorizontalPodAutoscaler", "eu-shop-autoscaler")["spec"]
    assert (scaled["minReplicas"], scaled["maxReplicas"]) == (3, 5)
    # 70 % of the limit, half a core, whatever is requested.
    (metric,) = scaled["metrics"]
    assert metric["resource"]["target"] == {"type": "AverageValue", "averageValue": "350m"}
    (claim,) = cluster.one("StatefulSet", "watch-prometheus")["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["spec"]["resources"]["requests"] == {"storage": "3Gi"}
    quotas = {zone: cluster.one("ResourceQuota", f"{zone}-quota")["spec"]["hard"] for zone in ("eu", "us")}
    assert quotas["us"]["pods"] == "7"
    assert (quotas["eu"]["persistentvolumeclaims"], quotas["us"]["persistentvolumeclaims"]) == ("16", "10")


def test_every_replica_is_expected_and_prometheus_scrapes_all_of_its_own(cluster: Cluster) -> None:
    args = KubernetesPlatformArgs(control_plane="watch", replicas=Replicas(minimum=3, maximum=5), store_replicas=2)
    run(lambda: declare(KubernetesPlatform("theirs", args)))
    files = cluster.one("ConfigMap", "watch-prometheus-etc-prometheus")["data"]
    rules = {
        rule["record"]: rule["expr"]
        for group in yaml.safe_load(files["expected.rules.yaml"])["groups"]
        for rule in group["rules"]
        if "record" in rule
    }
    assert rules["data_plane:collectors:expected"].count("vector(3)") == 2
    assert rules["job:targets:expected"].count("vector(2)") == 2
    assert rules["data_plane_workload:pods:expected"].count("vector(3)") == 2
    config = yaml.safe_load(files["prometheus.yml"])
    (own,) = [job for job in config["scrape_configs"] if job["job_name"] == "prometheus"]
    hosts = [f"prometheus-{number}.prometheus-headless.planewatch-theirs-watch.svc:9090" for number in range(2)]
    assert own["static_configs"] == [{"targets": hosts}]
    # What is scraped in place of each pod is served by Prometheus itself.
    (pods,) = [job for job in config["scrape_configs"] if job["job_name"] == "pods"]
    (flag,) = [
        each
        for each in cluster.one("StatefulSet", "watch-prometheus")["spec"]["template"]["spec"]["containers"][0]["args"]
        if each.startswith("--web.user-assets=")
    ]
    assert (pods["metrics_path"], flag) == ("/user/pod.txt", "--web.user-assets=/etc/prometheus")
    assert "pod.txt" in files
    (allowed,) = cluster.one("NetworkPolicy", "watch-prometheus-from-watch-prometheus")["spec"]["egress"]
    assert [port["port"] for port in allowed["ports"]] == [9090]


def test_a_variable_reaches_the_service_as_it_is_written(cluster: Cluster) -> None:
    # Kubernetes would expand $(HOME), and make one $ of two.
    written = {"PRICE": "5$$ of $(HOME)"}

    def program() -> None:
        given: dict[str, pulumi.Input[str]] = {**written, "GIVEN": pulumi.Output.from_input("$$(HOME)")}
        application = ApplicationArgs(image="example/shop:1.0", environment=given)
        args = DataPlaneArgs(
            applications={"shop": application}, api_port=8081, otlp_http_port=4381, control_plane="watch"
        )
        DataPlane("eu", args, platform=KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch")))

    run(program)
    (container,) = cluster.one("Deployment", "eu-shop")["spec"]["template"]["spec"]["containers"]
    found = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert (found["PRICE"], found["GIVEN"]) == ("5$$$$ of $$(HOME)", "$$$$(HOME)")


def test_a_platform_makes_nothing_by_itself(cluster: Cluster) -> None:
    run(lambda: KubernetesPlatform("theirs", KubernetesPlatformArgs(edge=GATEWAY)))
    assert cluster.made == []


def test_two_platforms_with_their_control_planes_stand_beside_one_another(cluster: Cluster) -> None:
    def program() -> None:
        for name, zone in (("watch", "eu"), ("look", "us")):
            platform = KubernetesPlatform(f"{name}-1", KubernetesPlatformArgs(control_plane=name))
            own = plane(zone, platform, control_plane=name)
            args = ControlPlaneArgs(planes=[own.watched], console_image="example/console:1.0")
            ControlPlane(name, args, platform=platform)

    run(program)
    names = [(each.typ, each.name) for each in cluster.made]
    assert len(names) == len(set(names))
    assert cluster.one("Namespace", "us-namespace")["metadata"]["name"] == "planewatch-look-1-us"
    assert not [each.name for each in cluster.objects if "look-1" in str(each.inputs) and "watch-1" in str(each.inputs)]


def test_a_platforms_provider_is_that_of_everything_on_it(cluster: Cluster) -> None:
    def program() -> None:
        provider = kubernetes.Provider("elsewhere", context="elsewhere")
        declare(KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch"), provider=provider))

    run(program)
    assert len(cluster.objects) > 50
    assert {str(each.provider).rpartition("$")[2] for each in cluster.objects} == {
        "pulumi:providers:kubernetes::elsewhere::elsewhere-id"
    }


def test_components_make_nothing_after_their_outputs(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    late = latecomers(monkeypatch)
    opts = pulumi.ResourceOptions(transformations=[late.note])
    run(lambda: declare(KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch")), opts))
    assert len(late.seen) == len(cluster.made)
    assert late.found == []


def test_an_edge_that_lacks_what_it_needs_is_refused() -> None:
    with pytest.raises(ValueError, match=r"issuer and class_name of EdgeArgs must be set with kind='gateway' and"):
        EdgeArgs(domain="example.com", controller_namespace="edge", kind="gateway", certificate="cert-manager")


@pytest.mark.parametrize("name", ["EU", "9", "a" * 21, "eu_west", ""])
def test_a_platform_with_a_name_that_fits_into_no_host_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"name of a platform must be at most 20 .* \(got '{name}'\)"):
        KubernetesPlatform(name)
