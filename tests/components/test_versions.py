"""Versions of a workload side by side: what each is called, what selects it, and which receives the traffic."""

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.application import ApplicationArgs, VersionArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.egress import Egress
from components.volume import DataVolume
from components.workload import Caller, Port
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.components.test_workload import GOOD
from tests.harness.mocked import use_mocks

NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
V1 = VersionArgs(image="example/shop:1.0", environment={"COLOUR": "blue"})


def shop(**said: Any) -> ApplicationArgs:
    return ApplicationArgs(image="example/shop:2.0", environment={"COLOUR": "green", "SIZE": "8"}, **said)


def args(applications: dict[str, ApplicationArgs]) -> DataPlaneArgs:
    return DataPlaneArgs(applications=applications, api_port=8081, otlp_http_port=4381)


def on_kubernetes(**said: Any) -> Cluster:
    cluster = Cluster()
    use_mocks(cluster)
    run(lambda: DataPlane("eu", args({"shop": shop(**said)}), platform=KubernetesPlatform("theirs")))
    return cluster


def on_docker(**said: Any) -> Engine:
    engine = Engine()
    use_mocks(engine)
    run(lambda: DataPlane("eu", args({"shop": shop(**said)}), platform=DockerPlatform("theirs")))
    return engine


def selected(cluster: Cluster, kind: str, name: str) -> dict[str, str]:
    """Return what an object selects its pods by."""
    selector = cluster.one(kind, name)["spec"]["selector"]
    found: dict[str, str] = selector.get("matchLabels", selector)
    return found


def test_a_workload_without_a_revision_is_called_and_selected_by_its_role() -> None:
    cluster = on_kubernetes()
    own = {NAME: "shop", "app.kubernetes.io/instance": "planewatch-theirs"}
    for kind, name in (("Deployment", ""), ("Service", "-service"), ("PodDisruptionBudget", "-budget")):
        made = cluster.one(kind, f"eu-shop{name}")
        assert made["metadata"]["name"] == "shop"
        assert selected(cluster, kind, f"eu-shop{name}") == own
    assert cluster.one("HorizontalPodAutoscaler", "eu-shop-autoscaler")["spec"]["scaleTargetRef"]["name"] == "shop"


@pytest.mark.parametrize(("revision", "leads_to"), [("v2", "shop-v2"), (None, "shop")])
def test_each_version_is_a_controller_of_its_own_and_the_service_chooses_one(
    revision: str | None, leads_to: str
) -> None:
    cluster = on_kubernetes(revision=revision, beside={"v1": V1})
    images = {}
    for name in (leads_to, "shop-v1"):
        deployment = cluster.one("Deployment", f"eu-{name}")
        assert deployment["metadata"]["name"] == name
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert (labels[NAME], labels[COMPONENT]) == (name, "shop")
        assert selected(cluster, "Deployment", f"eu-{name}")[NAME] == name
        assert selected(cluster, "PodDisruptionBudget", f"eu-{name}-budget")[NAME] == name
        scaled = cluster.one("HorizontalPodAutoscaler", f"eu-{name}-autoscaler")["spec"]["scaleTargetRef"]
        assert scaled["name"] == name
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        variables = {each["name"]: each.get("value") for each in container["env"]}
        images[container["image"]] = variables["COLOUR"], variables["SIZE"], variables["SERVICE_NAME"]
    assert images == {"example/shop:2.0": ("green", "8", "shop"), "example/shop:1.0": ("blue", "8", "shop")}
    service = cluster.one("Service", "eu-shop-service")
    assert (service["metadata"]["name"], service["spec"]["selector"][NAME]) == ("shop", leads_to)
    accounts = {each.name for each in cluster.objects if each.typ.endswith(":ServiceAccount")}
    assert accounts == {"eu-shop-account", "eu-collector-account"}


def test_the_flows_of_a_role_are_those_of_every_version() -> None:
    cluster = on_kubernetes(revision="v2", beside={"v1": V1}, egress=[Egress()])
    pods = [
        cluster.one("Deployment", f"eu-shop-{revision}")["spec"]["template"]["metadata"]["labels"]
        for revision in ("v1", "v2")
    ]
    (sending,) = cluster.one("NetworkPolicy", "eu-collector-callers")["spec"]["ingress"][:1]
    selectors = [
        cluster.one("NetworkPolicy", "eu-shop-egress")["spec"]["podSelector"]["matchLabels"],
        cluster.one("NetworkPolicy", "eu-collector-from-eu-shop")["spec"]["podSelector"]["matchLabels"],
        sending["from"][0]["podSelector"]["matchLabels"],
    ]
    for selector in selectors:
        assert all(selector.items() <= labels.items() for labels in pods), selector


def test_the_traffic_moves_once_the_new_version_is_ready() -> None:
    cluster, waits_for = Cluster(), dict[str, set[str]]()
    use_mocks(cluster)

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        needed = declared.opts.depends_on
        assert needed is None or isinstance(needed, list)
        waits_for[declared.name] = {str(each._name) for each in needed or () if isinstance(each, pulumi.Resource)}

    opts = pulumi.ResourceOptions(transformations=[note])
    applications = {"shop": shop(revision="v2", beside={"v1": V1}), "till": shop()}
    run(lambda: DataPlane("eu", args(applications), platform=KubernetesPlatform("theirs"), opts=opts))
    assert "eu-shop-v2" in waits_for["eu-shop-service"]
    assert not any(name.startswith("eu-till") for name in waits_for["eu-till-service"])


def test_on_docker_the_version_with_the_traffic_has_the_roles_name_and_ports() -> None:
    engine = on_docker(revision="v2", beside={"v1": V1})
    leading, other = engine.container("eu-shop"), engine.container("eu-shop-v1")
    assert (leading["name"], other["name"]) == ("planewatch-theirs-eu-shop", "planewatch-theirs-eu-shop-v1")
    assert [port["external"] for port in leading["ports"]] == [8081]
    assert not other.get("ports")
    assert ("COLOUR=green" in leading["envs"], "COLOUR=blue" in other["envs"]) == (True, True)
    assert [each["name"] for each in leading["networksAdvanced"]] == [
        each["name"] for each in other["networksAdvanced"]
    ]


def test_on_docker_a_revision_alone_changes_nothing() -> None:
    with_one, without = (on_docker(**said).container("eu-shop") for said in ({"revision": "v2"}, {}))
    assert with_one == without


@pytest.mark.parametrize(
    ("applications", "says"),
    [
        ({"shop": shop(revision="V2")}, r"revision of shop must be at most 20 .* \(got 'V2'\)"),
        ({"shop": shop(revision="a" * 21)}, "revision of shop must be at most 20"),
        ({"shop": shop(revision="v1", beside={"v1": V1})}, "must be listed once each .* 'shop-v1' twice"),
        ({"shop": shop(revision="v1"), "shop-v1": shop()}, "must be listed once each .* 'shop-v1' twice"),
        ({"shop": shop(beside={"v1": V1}), "shop-v1": shop()}, "must be listed once each .* 'shop-v1' twice"),
    ],
)
def test_names_that_meet_are_refused(applications: dict[str, ApplicationArgs], says: str) -> None:
    engine = Engine()
    use_mocks(engine)
    with pytest.raises(ValueError, match=says):
        run(lambda: DataPlane("eu", args(applications), platform=DockerPlatform("theirs")))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"role": "api"}, "workloads beside web must have its role"),
        (
            {"ports": (Port(name="http", number=81),)},
            "web-v1 beside web must have its ports, callers, egress and rights",
        ),
        (
            {"callers": (Caller(role="x", port="http"),)},
            "web-v1 beside web must have its ports, callers, egress and rights",
        ),
        ({"egress": (Egress(),)}, "web-v1 beside web must have its ports, callers, egress and rights"),
        ({"volumes": (DataVolume(name="d", path="/d"),)}, "revision of web must be None, since it has volumes"),
        ({"revision": None}, "versions of web must be listed once each .* 'web' twice"),
        ({"beside": (replace(GOOD, revision="v0"),)}, "web-v1 beside web must have nothing beside it"),
    ],
)
def test_versions_that_cannot_take_the_traffic_over_are_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(GOOD, beside=(replace(GOOD, **{"revision": "v1", **changed}),))
