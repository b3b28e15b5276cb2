"""The components in a program that is not ours, on Kubernetes: a platform of its own arguments, and any names."""

from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
import yaml
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.front import Login
from components.toleration import Toleration
from config.load import Stack
from config.settings import StackSettings
from delivery.live.objects import REPLACED
from infra.platforms.kubernetes.access import ClusterAccess
from infra.platforms.kubernetes.args import EdgeArgs, KubernetesPlatformArgs, PodArgs, Replicas, ZoneQuota
from infra.platforms.kubernetes.of_stack import platform_args
from infra.platforms.kubernetes.planned import kept_on_cluster
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone
from tests.components.latecomers import latecomers
from tests.harness.mocked import use_mocks

GATEWAY = EdgeArgs(
    domain="watch.example.com",
    controller_namespace="edge",
    kind="gateway",
    class_name="public",
    certificate="secret",
    secret_name="tls",
    secret_namespace="edge",
)

_RUN_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Prometheus")


@dataclass
class Cluster(pulumi.runtime.Mocks):
    """Takes every resource and gives back its inputs."""

    made: list[MockResourceArgs] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made.append(args)
        given = {"data": {"tls.crt": "Y2VydA==", "tls.key": "a2V5"}} if args.name == "edge-given" else {}
        return f"{args.name}-id", {**args.inputs, **given}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")

    @property
    def objects(self) -> list[MockResourceArgs]:
        """Everything on the cluster."""
        return [each for each in self.made if each.typ.startswith("kubernetes:")]

    def one(self, kind: str, name: str) -> dict[str, Any]:
        """Return the inputs of an object."""
        (found,) = [each.inputs for each in self.objects if each.typ.endswith(f":{kind}") and each.name == name]
        return dict(found)


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster()
    use_mocks(found)
    return found


def plane(
    name: str,
    platform: KubernetesPlatform,
    *,
    control_plane: str = "watch",
    opts: pulumi.ResourceOptions | None = None,
) -> DataPlane[KubernetesZone]:
    """Declare a data plane with one application, which this control plane scrapes."""
    applications = {"shop": ApplicationArgs(image="example/shop:1.0")}
    args = DataPlaneArgs(applications=applications, api_port=8081, otlp_http_port=4381, control_plane=control_plane)
    return DataPlane(name, args, platform=platform, opts=opts)


def declare(platform: KubernetesPlatform, opts: pulumi.ResourceOptions | None = None) -> None:
    """Declare two planes and a control plane that is called otherwise than in our stacks."""
    planes = [plane(name, platform, opts=opts) for name in ("eu", "us")]
    watched = [each.watched for each in planes]
    args = ControlPlaneArgs(planes=watched, console_image="example/console:1.0", login=Login())
    ControlPlane("watch", args, platform=platform, opts=opts)


def run(program: Any) -> None:
    """Run a program's body and wait for everything in it."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


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
